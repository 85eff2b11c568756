#include "src/training/runs/run_folder.h"

#include <ATen/ATen.h>

#include "src/core/files.h"
#include "src/training/runs/run_record.h"
#include "src/training/runs/run_summary.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"
#include "tests/training/toy_set.h"

namespace spinlab::training {
namespace {

namespace fs = std::filesystem;

class RunFolderTest : public SpinlabTest {
 protected:
  RunFolder run_{folder() / "run"};
  Json config_ = toy_config();
  static void start(RunFolder& run, const Json& config) {
    run.start(config, run_record("test"), {{"loss", "nats"}}, /*overwrite=*/true);
  }
  std::string read(const char* name) const { return read_file(folder() / "run" / name, 1 << 20); }
};

TEST_F(RunFolderTest, IsNotOverwrittenUntold) {
  run_.require_free(false);
  start(run_, config_);
  run_.write_result({{"metrics", 1}});
  EXPECT_THROW(run_.require_free(false), c10::ValueError);
  run_.require_free(true);
  start(run_, toy_config({{"seed", 2}}));
  EXPECT_EQ(run_.config().at("seed"), 2);
  EXPECT_FALSE(run_.has_result());
}

TEST_F(RunFolderTest, AModelOfTheUsersOwnGoesWithTheRunThatHadIt) {
  write_file(folder() / "mine.cpp", "// a model");
  start(run_, toy_config({{"model_file", (folder() / "mine.cpp").string()}}));
  EXPECT_EQ(read("model.cpp"), "// a model");
  start(run_, config_);
  EXPECT_FALSE(fs::exists(folder() / "run" / "model.cpp"));
}

TEST_F(RunFolderTest, AnEarlierSpinlabsSettingsHaveTheirPresentNames) {
  const Json former = {{"model", {{"name", "mlp"}}},
                       {"data", {{"name", "linear"}}},
                       {"average", 0.9},
                       {"mirror_test", true},
                       {"label_smoothing", 0.1},
                       {"optimizer", {{"name", "sgd"}, {"decay_vectors", false}}}};
  start(run_, former);
  const Json present = {
      {"ema_decay", 0.9},
      {"objective",
       {{"name", "classification"}, {"label_smoothing", 0.1}, {"flip_tta", true}, {"shift_tta", false}}}};
  EXPECT_EQ(run_.config().at("optimizer").at("decay_1d"), false);
  for (const auto& [key, value] : present.items()) EXPECT_EQ(run_.config().at(key), value);
  run_.save({{"weights", at::ones({1})}}, 0);  // a checkpoint belongs to the file as it was written
  EXPECT_EQ(run_.checkpoint().size(), 1u);
}

TEST_F(RunFolderTest, SaysWhereThereIsNoRun) { EXPECT_THROW(run_.config(), c10::ValueError); }

TEST_F(RunFolderTest, AnExportIsNoRun) {
  start(run_, config_);
  write_file(folder() / "run" / "model.safetensors", "of a run, in its own folder");
  EXPECT_FALSE(RunFolder::is_export(run_.path()));
  const RunFolder exported(folder() / "exported");
  write_file(exported.path() / "config.json", config_.dump());
  write_file(exported.path() / "model.safetensors", "weights");
  EXPECT_TRUE(RunFolder::is_export(exported.path()));
  EXPECT_THAT(mistake([&] { exported.config(); }), testing::HasSubstr("holds an export, no run"));
  EXPECT_EQ(runs_below(folder()).size(), 1u);
}

TEST_F(RunFolderTest, CannotBeMadeInsideAFile) {
  write_file(folder() / "file", "");
  RunFolder run(folder() / "file" / "run");
  EXPECT_THROW(start(run, config_), c10::Error);
}

TEST_F(RunFolderTest, ForgetsTheEpochsThatWillBeRepeated) {
  start(run_, config_);
  for (int64_t epoch = 1; epoch <= 3; ++epoch)
    run_.append_metrics({{"epoch", epoch}, {"seconds", 10.0 * epoch}});
  run_.keep_metrics(2);
  EXPECT_EQ(read("metrics.jsonl"), "{\"epoch\":1,\"seconds\":10.0}\n{\"epoch\":2,\"seconds\":20.0}\n");
}

TEST_F(RunFolderTest, SurvivesHalfALine) {
  start(run_, config_);
  write_file(folder() / "run" / "metrics.jsonl", "{\"epoch\":1,\"seconds\":10.0}\n{\"epoch\":2,\"se");
  run_.keep_metrics(2);
  EXPECT_EQ(read("metrics.jsonl"), "{\"epoch\":1,\"seconds\":10.0}\n");
}

TEST_F(RunFolderTest, RefusesTheCheckpointOfAnotherRun) {
  start(run_, config_);
  run_.save({{"weight", at::ones({2})}}, 0);
  EXPECT_CLOSE(run_.checkpoint().at("weight"), at::ones({2}), atol(0));
  RunFolder other(folder() / "other");
  start(other, toy_config({{"seed", 7}}));
  fs::copy_file(folder() / "run" / "checkpoint.pt", folder() / "other" / "checkpoint.pt");
  try {
    other.checkpoint();
    FAIL() << "nothing was thrown";
  } catch (const c10::ValueError& error) {
    EXPECT_THAT(error.what_without_backtrace(), testing::HasSubstr("belongs to another configuration"));
  }
}

TEST_F(RunFolderTest, IsHeldByOneProcessAtATime) {
  start(run_, config_);
  RunFolder second(folder() / "run");
  EXPECT_THAT(mistake([&] { start(second, config_); }), testing::HasSubstr("another process is at this run"));
  EXPECT_THAT(mistake([&] { second.take_up(config_, run_record("test")); }),
              testing::HasSubstr("another process is at this run"));
  EXPECT_EQ(run_.config(), config_);
}

TEST_F(RunFolderTest, ACheckpointStaysItsOwnWhenTheRunIsExtended) {
  {
    RunFolder first(folder() / "run");
    start(first, config_);
    first.save({{"weight", at::ones({2})}}, 7);
  }
  run_.take_up(toy_config({{"epochs", 50}}), run_record("again"));
  EXPECT_EQ(run_.config().at("epochs"), 50);
  EXPECT_EQ(run_.checkpoint().size(), 1u);
  EXPECT_EQ(run_.seconds(), 7);
  EXPECT_EQ(run_.record().at("sittings").size(), 2u);
}

// A checkpoint is marked by the configuration that ran, not by what somebody has put beside it since.
TEST_F(RunFolderTest, ACheckpointBelongsToWhatWasRunning) {
  start(run_, config_);
  write_file(folder() / "run" / "config.json", toy_config({{"seed", 3}}).dump());
  run_.save({{"weight", at::ones({2})}}, 0);
  EXPECT_THAT(mistake([&] { run_.checkpoint(); }), testing::HasSubstr("belongs to another configuration"));
}

// A tmpfs would need root; /dev/full is a disk without a free byte for everybody.
TEST_F(RunFolderTest, AFullDiskIsTheMachinesFault) {
  start(run_, config_);
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
