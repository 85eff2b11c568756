#include <ATen/ATen.h>

#include "src/training/batches.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::training {
namespace {

constexpr int64_t kImages = 500;

/// Image i is (i, -1): its number, and on which side it stands says whether it is mirrored.
datasets::Dataset numbered_images() {
  datasets::Dataset set;
  const auto number = at::arange(kImages, at::kFloat).reshape({-1, 1, 1, 1});
  set.train = {at::cat({number, at::full_like(number, -1)}, 3), at::arange(kImages), {}};
  set.mean = at::zeros({1, 1, 1});
  set.deviation = at::ones({1, 1, 1});
  return set;
}

/// By image number, whether the epoch shows it mirrored.
at::Tensor mirrored_in(Batches& batches, int64_t epoch) {
  auto mirrored = at::zeros({kImages}, at::kBool);
  batches.start_epoch(epoch, 0);
  for (int64_t b = 0; b < batches.per_epoch(); ++b) {
    const auto batch = batches.next();
    mirrored.index_put_({batch.targets}, batch.inputs.flatten(1).select(1, 0).eq(-1));
  }
  return mirrored;
}

class BatchesTest : public SpinlabTest {
 protected:
  static Batches make(std::uint64_t seed) {
    const auto set = numbered_images();
    return Batches(set.train.inputs, set.train.targets, Normalizer(set, at::kCPU),
                   {.size = 32, .seed = seed, .augmentation = {.flip = true}});
  }
  Batches batches_ = make(kSeed);
};

TEST_F(BatchesTest, EachImageIsMirroredInEverySecondEpoch) {
  const auto first = mirrored_in(batches_, 0);
  for (const int64_t epoch : {1, 2, 3}) {
    const auto expected = first.bitwise_xor(epoch % 2 == 1);
    EXPECT_TRUE(mirrored_in(batches_, epoch).equal(expected)) << "epoch " << epoch;
  }
}

// Of 500 fair coins 190 to 310 fall on one side but for a chance of 2 exp(-2 · 60² / 500) < 2e-6 (Hoeffding);
// exact < 1e-7.
TEST_F(BatchesTest, AboutHalfAreMirroredInTheFirst) {
  const auto count = mirrored_in(batches_, 0).sum().item<int64_t>();
  EXPECT_GE(count, 190);
  EXPECT_LE(count, 310);
}

TEST_F(BatchesTest, WhichAreMirroredDependsOnTheSeed) {
  auto again = make(kSeed), other = make(kSeed + 1);
  const auto first = mirrored_in(batches_, 0);
  EXPECT_TRUE(mirrored_in(again, 0).equal(first));
  EXPECT_FALSE(mirrored_in(other, 0).equal(first));
}

}  // namespace
}  // namespace spinlab::training
