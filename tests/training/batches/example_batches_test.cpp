#include "src/training/batches/example_batches.h"

#include <ATen/ATen.h>

#include "tests/support/spinlab_test.h"

namespace spinlab::training {
namespace {

class BatchesTest : public SpinlabTest {
 protected:
  /// Row i is filled with i, so that a batch shows which rows it holds. Wide rows make several blocks an
  /// epoch.
  BatchesTest() {
    set_.train.inputs = at::arange(100, at::kFloat).reshape({100, 1}).expand({100, kWidth}).contiguous();
    set_.train.targets = at::arange(100);
    set_.mean = at::zeros({kWidth});
    set_.deviation = at::ones({kWidth});
  }
  ExampleBatches batches(BatchOptions options = {8, 3, {}, false}) {
    return {set_.train.inputs, set_.train.targets, Normalizer(set_, at::kFloat, at::kCPU), options};
  }
  static std::vector<Batch> epoch(Batches& batches, int64_t epoch, int64_t from = 0) {
    batches.start_epoch(epoch, from);
    std::vector<Batch> all;
    for (auto b = from; b < batches.per_epoch(); ++b) {
      const auto batch = batches.next();  // good until the next one only
      all.push_back({batch.inputs.clone(), batch.targets.clone()});
    }
    return all;
  }
  static at::Tensor targets(const std::vector<Batch>& batches) {
    std::vector<at::Tensor> all;
    for (const auto& batch : batches) all.push_back(batch.targets);
    return at::cat(all);
  }

  static constexpr int64_t kWidth = 20'000;
  datasets::Dataset set_;
};

TEST_F(BatchesTest, AnEpochMayEndBeforeAllWereSeen) {
  auto few = batches({.size = 8, .seed = 3, .per_epoch = 5});
  const auto first = targets(epoch(few, 0)), second = targets(epoch(few, 1));
  EXPECT_EQ(first.numel(), 40);
  EXPECT_EQ(std::get<0>(at::unique_dim(first, 0)).numel(), 40);
  EXPECT_FALSE(first.equal(second));
  EXPECT_TRUE(targets(epoch(few, 0, 3)).equal(first.narrow(0, 24, 16)));
}

TEST_F(BatchesTest, AnEpochHoldsEachExampleOnceWithItsTarget) {
  auto shuffled = batches();
  const auto all = epoch(shuffled, 0);
  ASSERT_EQ(all.size(), 13);
  EXPECT_EQ(all.back().inputs.size(0), 4);
  EXPECT_CLOSE(std::get<0>(targets(all).sort()), at::arange(100), atol(0));
  for (const auto& batch : all) EXPECT_CLOSE(batch.inputs.select(1, kWidth - 1), batch.targets, atol(0));
}

TEST_F(BatchesTest, EpochsDifferAndRepeat) {
  auto one = batches(), same = batches(), other = batches({8, 4, {}, false});
  const auto first = targets(epoch(one, 0));
  EXPECT_CLOSE(targets(epoch(same, 0)), first, atol(0));
  // A second order equals the first with probability 1/100!.
  EXPECT_FALSE(at::equal(targets(epoch(one, 1)), first));
  EXPECT_FALSE(at::equal(targets(epoch(other, 0)), first));
}

TEST_F(BatchesTest, AnEpochCanBeEnteredAnywhere) {
  auto whole = batches(), late = batches();
  const auto all = epoch(whole, 2);
  for (const int64_t from : {1, 5, 12}) {
    const auto rest = epoch(late, 2, from);
    for (size_t i = 0; i < rest.size(); ++i) EXPECT_CLOSE(rest[i].inputs, all[from + i].inputs, atol(0));
  }
}

TEST_F(BatchesTest, NormalisesBytesAndFeatures) {
  datasets::Dataset images;
  images.train.inputs = at::tensor({0, 51, 255}, at::kByte).reshape({1, 3, 1, 1});
  images.mean = at::tensor({0.1, 0.2, 0.3}, at::kFloat).reshape({3, 1, 1});
  images.deviation = at::tensor({1.0, 2.0, 0.5}, at::kFloat).reshape({3, 1, 1});
  const auto x = Normalizer(images, at::kFloat, at::kCPU)(images.train.inputs);
  EXPECT_CLOSE(x.flatten(), at::tensor({-0.1, 0.0, 1.4}, at::kDouble), rtol(1e-6) + atol(1e-7));
}

TEST_F(BatchesTest, AugmentsAlikeWhereverTheEpochIsEntered) {
  datasets::Dataset images;
  images.train.inputs = at::randint(0, 256, {300, 3, 32, 32}).to(at::kByte);
  images.train.targets = at::arange(300);
  images.mean = at::zeros({3, 1, 1});
  images.deviation = at::ones({3, 1, 1});
  const BatchOptions options{
      .size = 32, .seed = 1, .augmentation = {.flip = true, .translate = 3}, .channels_last = true};
  ExampleBatches one(images.train.inputs, images.train.targets, Normalizer(images, at::kFloat, at::kCPU),
                     options),
      two = one;
  const auto all = epoch(one, 0), rest = epoch(two, 0, 7);
  EXPECT_TRUE(all[0].inputs.is_contiguous(at::MemoryFormat::ChannelsLast));
  EXPECT_CLOSE(rest[0].inputs, all[7].inputs, atol(0));
  EXPECT_FALSE(
      at::equal(all[0].inputs, images.train.inputs.index_select(0, all[0].targets).to(at::kFloat) / 255));
}

TEST_F(BatchesTest, KeepsTheOrderOfMemoryInEveryBlock) {
  datasets::Dataset images;
  images.train.inputs = at::randint(0, 256, {700, 3, 32, 32}).to(at::kByte);
  images.train.targets = at::arange(700);
  images.mean = at::zeros({3, 1, 1}, at::kDouble);
  images.deviation = at::ones({3, 1, 1}, at::kDouble);
  const Normalizer normalizer(images, at::kFloat, at::kCPU);
  ExampleBatches batches(images.train.inputs, images.train.targets, normalizer,
                         {.size = 64, .seed = 1, .augmentation = {}, .channels_last = true});
  for (const auto& batch : epoch(batches, 0)) {
    EXPECT_TRUE(batch.inputs.is_contiguous(at::MemoryFormat::ChannelsLast));
    EXPECT_CLOSE(batch.inputs, normalizer(images.train.inputs.index_select(0, batch.targets)), rtol(1e-6));
  }
}

TEST_F(BatchesTest, CutsWindowsOutOfOneSeriesWithoutCopies) {
  datasets::Dataset text;
  const auto tokens = at::arange(1000, at::kLong);
  text.train.inputs = tokens.narrow(0, 0, 999).unfold(0, 16, 1);
  text.train.targets = tokens.narrow(0, 1, 999).unfold(0, 16, 1);
  ExampleBatches windows(text.train.inputs, text.train.targets, Normalizer(text, at::kFloat, at::kCPU),
                         {.size = 32, .seed = 1, .augmentation = {}});
  for (const auto& batch : epoch(windows, 0)) {
    EXPECT_TRUE(at::equal(batch.targets, batch.inputs + 1));
    EXPECT_TRUE(at::equal(batch.inputs.select(1, 15), batch.inputs.select(1, 0) + 15));
  }
}

constexpr int64_t kNumbered = 500;

/// Image i is (i, -1): its number, and on which side it stands says whether it is mirrored.
datasets::Dataset numbered_images() {
  datasets::Dataset set;
  const auto number = at::arange(kNumbered, at::kFloat).reshape({-1, 1, 1, 1});
  set.train = {at::cat({number, at::full_like(number, -1)}, 3), at::arange(kNumbered), {}};
  set.mean = at::zeros({1, 1, 1});
  set.deviation = at::ones({1, 1, 1});
  return set;
}

/// By image number, whether the epoch shows it mirrored.
at::Tensor mirrored_in(Batches& batches, int64_t epoch) {
  auto mirrored = at::zeros({kNumbered}, at::kBool);
  batches.start_epoch(epoch, 0);
  for (int64_t b = 0; b < batches.per_epoch(); ++b) {
    const auto batch = batches.next();
    mirrored.index_put_({batch.targets}, batch.inputs.flatten(1).select(1, 0).eq(-1));
  }
  return mirrored;
}

class MirroringTest : public SpinlabTest {
 protected:
  static ExampleBatches make(std::uint64_t seed) {
    const auto set = numbered_images();
    return ExampleBatches(set.train.inputs, set.train.targets, Normalizer(set, at::kFloat, at::kCPU),
                          {.size = 32, .seed = seed, .augmentation = {.flip = true}, .channels_last = false});
  }
  ExampleBatches batches_ = make(kSeed);
};

TEST_F(MirroringTest, EachImageIsMirroredInEverySecondEpoch) {
  const auto first = mirrored_in(batches_, 0);
  for (const int64_t epoch : {1, 2, 3}) {
    const auto expected = first.bitwise_xor(epoch % 2 == 1);
    EXPECT_TRUE(mirrored_in(batches_, epoch).equal(expected)) << "epoch " << epoch;
  }
}

// Of 500 fair coins 190 to 310 fall on one side but for a chance of 2 exp(-2 · 60² / 500) < 2e-6 (Hoeffding);
// exact < 1e-7.
TEST_F(MirroringTest, AboutHalfAreMirroredInTheFirst) {
  const auto count = mirrored_in(batches_, 0).sum().item<int64_t>();
  EXPECT_GE(count, 190);
  EXPECT_LE(count, 310);
}

TEST_F(MirroringTest, WhichAreMirroredDependsOnTheSeed) {
  auto again = make(kSeed), other = make(kSeed + 1);
  const auto first = mirrored_in(batches_, 0);
  EXPECT_TRUE(mirrored_in(again, 0).equal(first));
  EXPECT_FALSE(mirrored_in(other, 0).equal(first));
}

/// Images whose left half is their class, in {1, 2}; the right one is 0.
class HandedBatchesTest : public BatchesTest {
 protected:
  HandedBatchesTest() {
    set_.train.targets = at::arange(100).remainder(2) + 1;
    set_.train.inputs = at::zeros({100, 1, 4, 4}, at::kByte);
    set_.train.inputs.slice(3, 0, 2).copy_(set_.train.targets.view({100, 1, 1, 1}));
    set_.mean = at::zeros({1, 1, 1});
    set_.deviation = at::full({1, 1, 1}, 1.0 / 255);
  }
};

TEST_F(HandedBatchesTest, AMirrorImageHasTheClassOfMirrorImages) {
  auto handed =
      batches({.size = 10, .augmentation = {.flip = true}, .classes = 3, .mirrored_classes = {0, 2, 1}});
  int64_t mirrored = 0;
  for (const auto& batch : epoch(handed, 0)) {
    const auto left = batch.inputs.select(3, 0).select(2, 0).view(-1);
    const auto was_mirrored = left.eq(0);
    const auto original = batch.inputs.amax({1, 2, 3});
    EXPECT_CLOSE(batch.targets, at::where(was_mirrored, 3 - original, original), atol(1e-6));
    mirrored += was_mirrored.sum().item<int64_t>();
  }
  EXPECT_GT(mirrored, 0);
  EXPECT_LT(mirrored, 100);
}

/// λ from the targets, of whose mean square under Beta(α, α) is (α + 1)/(2(2α + 1)); over 400 batches of
/// α = 1/2, ⅜ ± .0175, of which 6 deviations are missed with probability 2e-9.
TEST_F(HandedBatchesTest, MixupMixesEachImageWithTheNextAsItsTarget) {
  auto mixing = batches({.size = 2, .augmentation = {.mixup = 0.5}, .classes = 3});
  double squares = 0;
  for (int64_t e = 0; e < 8; ++e) {
    for (const auto& batch : epoch(mixing, e)) {
      EXPECT_CLOSE(batch.targets.sum(1), at::ones({2}), atol(1e-6));
      const auto value = batch.inputs.select(3, 0).select(2, 0).view(-1);
      EXPECT_CLOSE(value, batch.targets.mv(at::tensor({0.0f, 1.0f, 2.0f})), atol(1e-5));
    }
  }
  auto once = batches({.size = 2, .seed = 1, .augmentation = {.mixup = 0.5}, .classes = 3});
  for (int64_t e = 0; e < 8; ++e) {
    for (const auto& batch : epoch(once, e)) {
      const auto share = batch.targets[0].max().item<double>();
      squares += (share * share + (1 - share) * (1 - share)) / 2;
    }
  }
  // Batches whose two images are of one class, half of them, have the share 1: ½ · ½ + ½ · ⅜.
  EXPECT_NEAR(squares / 400, 0.4375, 0.06);
}

}  // namespace
}  // namespace spinlab::training
