#include "src/training/run_folder.h"

#include <ATen/ATen.h>

#include "src/core/files.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::training {
namespace {

namespace fs = std::filesystem;

class RunFolderTest : public SpinlabTest {
 protected:
  RunFolder run_{folder() / "run"};
  Json config_ = {{"seed", 1}};
  std::string read(const char* name) const { return read_file(folder() / "run" / name, 1 << 20); }
};

TEST_F(RunFolderTest, IsNotOverwrittenUntold) {
  run_.require_free(false);
  run_.start(config_);
  run_.write_result({{"metrics", 1}});
  EXPECT_THROW(run_.require_free(false), c10::ValueError);
  run_.require_free(true);
  run_.start({{"seed", 2}});
  EXPECT_EQ(run_.config().at("seed"), 2);
  EXPECT_FALSE(run_.has_result());
}

TEST_F(RunFolderTest, AnEarlierSpinlabsSettingsHaveTheirPresentNames) {
  run_.start({{"average", 0.9}, {"mirror_test", true}, {"optimizer", {{"name", "sgd"}, {"decay_vectors", false}}}});
  const Json present = {{"optimizer", {{"name", "sgd"}, {"decay_1d", false}}}, {"ema_decay", 0.9}, {"flip_tta", true}};
  EXPECT_EQ(run_.config(), present);
  run_.save({{"weights", at::ones({1})}});  // a checkpoint belongs to the file as it was written
  EXPECT_EQ(run_.checkpoint().size(), 1u);
}

TEST_F(RunFolderTest, SaysWhereThereIsNoRun) { EXPECT_THROW(run_.config(), c10::ValueError); }

TEST_F(RunFolderTest, CannotBeMadeInsideAFile) {
  write_file(folder() / "file", "");
  EXPECT_THROW(RunFolder(folder() / "file" / "run").start(config_), c10::Error);
}

TEST_F(RunFolderTest, ForgetsTheEpochsThatWillBeRepeated) {
  run_.start(config_);
  for (int64_t epoch = 1; epoch <= 3; ++epoch)
    run_.append_metrics({{"epoch", epoch}, {"seconds", 10.0 * epoch}});
  EXPECT_EQ(run_.seconds(), 30);
  run_.keep_metrics(2);
  EXPECT_EQ(run_.seconds(), 20);
  EXPECT_EQ(read("metrics.jsonl"), "{\"epoch\":1,\"seconds\":10.0}\n{\"epoch\":2,\"seconds\":20.0}\n");
}

TEST_F(RunFolderTest, SurvivesHalfALine) {
  run_.start(config_);
  write_file(folder() / "run" / "metrics.jsonl", "{\"epoch\":1,\"seconds\":10.0}\n{\"epoch\":2,\"se");
  EXPECT_EQ(run_.seconds(), 10);
  run_.keep_metrics(2);
  EXPECT_EQ(read("metrics.jsonl"), "{\"epoch\":1,\"seconds\":10.0}\n");
}

TEST_F(RunFolderTest, RefusesTheCheckpointOfAnotherRun) {
  run_.start(config_);
  run_.save({{"weight", at::ones({2})}});
  EXPECT_CLOSE(run_.checkpoint().at("weight"), at::ones({2}), atol(0));
  const RunFolder other(folder() / "other");
  other.start({{"seed", 7}});
  fs::copy_file(folder() / "run" / "checkpoint.pt", folder() / "other" / "checkpoint.pt");
  try {
    other.checkpoint();
    FAIL() << "nothing was thrown";
  } catch (const c10::ValueError& error) {
    EXPECT_THAT(error.what_without_backtrace(), testing::HasSubstr("belongs to another configuration"));
  }
}

// A tmpfs would need root; /dev/full is a disk without a free byte for everybody.
TEST_F(RunFolderTest, AFullDiskIsTheMachinesFault) {
  run_.start(config_);
  fs::create_symlink("/dev/full", folder() / "run" / "metrics.jsonl");
  try {
    run_.append_metrics({{"epoch", 1}});
    FAIL() << "nothing was thrown";
  } catch (const c10::ValueError&) {
    FAIL() << "a full disk is not the user's mistake";
  } catch (const c10::Error& error) {
    EXPECT_THAT(error.what_without_backtrace(), testing::HasSubstr("free some disk"));
  }
}

}  // namespace
}  // namespace spinlab::training
