#include "src/training/runs/checkpoint.h"

#include <ATen/ATen.h>
#include <torch/csrc/jit/serialization/pickle.h>

#include "src/core/files.h"
#include "src/core/python.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::training {
namespace {

constexpr std::uintmax_t kMaxBytes = 1 << 20;

class CheckpointTest : public SpinlabTest {
 protected:
  CheckpointTest() { save_checkpoint(file_, saved_); }

  std::string bytes() const { return read_file(file_, kMaxBytes); }
  void expect_refused(const std::string& content) const {
    const auto damaged = folder() / "damaged.pt";
    write_file(damaged, content);
    try {
      load_checkpoint(damaged, kMaxBytes);
      FAIL() << "a damaged checkpoint of " << content.size() << " bytes was loaded";
    } catch (const c10::ValueError& error) {
      const std::string message = error.what_without_backtrace();
      EXPECT_THAT(message, testing::HasSubstr("damaged or not a checkpoint"));
      EXPECT_THAT(message, testing::Not(testing::HasSubstr("\n")));
    }
  }

  std::filesystem::path file_ = folder() / "checkpoint.pt";
  Checkpoint saved_{"a hash", {{"weight", at::randn({3, 4})}, {"place", at::tensor({1, 2, 3}, at::kLong)}}};
};

TEST_F(CheckpointTest, GivesBackTheSameBits) {
  const auto loaded = load_checkpoint(file_, kMaxBytes);
  EXPECT_EQ(loaded.config_hash, "a hash");
  ASSERT_EQ(loaded.tensors.size(), 2);
  EXPECT_TRUE(at::equal(loaded.tensors.at("weight"), saved_.tensors.at("weight")));
  EXPECT_TRUE(at::equal(loaded.tensors.at("place"), saved_.tensors.at("place")));
}

TEST_F(CheckpointTest, SavesAViewAsItsOwnNumbersOnly) {
  const auto large = at::randn({1000, 1000});
  save_checkpoint(
      file_, {"", {{"view", large.select(1, 3)}, {"transposed", large.slice(0, 0, 2).slice(1, 0, 5).t()}}});
  EXPECT_LT(std::filesystem::file_size(file_), 20'000);
  EXPECT_TRUE(at::equal(load_checkpoint(file_, kMaxBytes).tensors.at("view"), large.select(1, 3)));
  EXPECT_TRUE(at::equal(load_checkpoint(file_, kMaxBytes).tensors.at("transposed"),
                        large.slice(0, 0, 2).slice(1, 0, 5).t()));
}

TEST_F(CheckpointTest, RefusesEveryTruncation) {
  const auto whole = bytes();
  for (size_t size = 0; size < whole.size(); size += 97) expect_refused(whole.substr(0, size));
}

TEST_F(CheckpointTest, NeverTakesAFlippedByteForAnother) {
  const auto whole = bytes();
  for (size_t place = 0; place < whole.size(); place += 13) {
    auto flipped = whole;
    flipped[place] = static_cast<char>(flipped[place] ^ 0x55);
    write_file(folder() / "flipped.pt", flipped);
    try {  // A byte of padding may change unnoticed; a number may not.
      const auto loaded = load_checkpoint(folder() / "flipped.pt", kMaxBytes);
      EXPECT_TRUE(at::equal(loaded.tensors.at("weight"), saved_.tensors.at("weight"))) << place;
      EXPECT_TRUE(at::equal(loaded.tensors.at("place"), saved_.tensors.at("place"))) << place;
    } catch (const c10::ValueError&) {
    }
  }
}

TEST_F(CheckpointTest, RefusesWhatIsNoCheckpoint) {
  expect_refused("");
  expect_refused("PK\x03\x04 but no archive");
  expect_refused(std::string(5000, '\0'));
  const auto other = torch::jit::pickle_save(at::ones({2}));
  expect_refused({other.data(), other.size()});
}

TEST_F(CheckpointTest, RefusesALargeFileUnread) {
  EXPECT_THROW(load_checkpoint(file_, 100), c10::ValueError);
  EXPECT_THROW(load_checkpoint(folder() / "none.pt", kMaxBytes), c10::ValueError);
}

TEST_F(CheckpointTest, AFailedWriteLeavesTheOldOneWhole) {
  // A file where the folder should be: no permission bit holds root back, this does.
  EXPECT_THROW(save_checkpoint(file_ / "inside" / "checkpoint.pt", saved_), c10::Error);
  EXPECT_TRUE(at::equal(load_checkpoint(file_, kMaxBytes).tensors.at("weight"), saved_.tensors.at("weight")));
}

TEST_F(CheckpointTest, PythonReadsIt) {
  save_checkpoint(file_, {"hash", {{"model.weight", at::arange(6, at::kFloat).reshape({2, 3})}}});
  run_python(std::filesystem::path(SPINLAB_TEST_FOLDER) / "runs" / "read_checkpoint.py", {file_.string()});
}

}  // namespace
}  // namespace spinlab::training
