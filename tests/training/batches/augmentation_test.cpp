#include "src/training/batches/augmentation.h"

#include <ATen/ATen.h>

#include <set>
#include <utility>

#include "src/core/seed.h"
#include "src/training/batches/normalizer.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::training {
namespace {

using Edges = Augmentation::Edges;

constexpr int64_t kImages = 2000, kHeight = 5, kWidth = 6, kShift = 2;

/// Where `window` lies in `padded`, both (C, …): every offset that fits.
std::set<std::pair<int64_t, int64_t>> places(const at::Tensor& window, const at::Tensor& padded) {
  std::set<std::pair<int64_t, int64_t>> found;
  for (int64_t y = 0; y <= padded.size(1) - window.size(1); ++y) {
    for (int64_t x = 0; x <= padded.size(2) - window.size(2); ++x) {
      const auto part = padded.narrow(1, y, window.size(1)).narrow(2, x, window.size(2));
      if (part.equal(window)) found.emplace(y, x);
    }
  }
  return found;
}

class AugmentationTest : public SpinlabTest {
 protected:
  /// Images of which some are mirrored, 0 where they are the mean.
  at::Tensor changed(const Augmentation& augmentation, const at::Tensor& images, const at::Tensor& mirrored) {
    const auto placements =
        draw_placements(augmentation, images.size(2), images.size(3), mirrored, generator_);
    const auto [moved, outside] = placed(images, at::arange(images.size(0)), placements);
    return moved.masked_fill(outside, 0);
  }

  at::Generator generator_ = make_generator(kSeed, "augmentation");
  const at::Tensor images_ = at::rand({kImages, 3, kHeight, kWidth});
  const at::Tensor squares_ = at::rand({kImages, 2, 6, 6});
  const at::Tensor none_ = at::zeros({kImages}, at::kBool);
};

// 25 offsets are equally likely: that one never occurs among 2000 has the probability 25 · (24/25)^2000 <
// 1e-33.
TEST_F(AugmentationTest, EveryImageIsAWindowOfTheLargerOne) {
  const std::vector<int64_t> around(4, kShift);
  const std::pair<Edges, at::Tensor> all[] = {{Edges::kReflected, at::reflection_pad2d(images_, around)},
                                              {Edges::kZero, at::constant_pad_nd(images_, around)},
                                              {Edges::kWrapped, at::pad(images_, around, "circular")}};
  for (const auto& [edges, padded] : all) {
    const auto moved = changed({.translate = kShift, .edges = edges}, images_, none_);
    std::set<std::pair<int64_t, int64_t>> offsets;
    for (int64_t i = 0; i < kImages; ++i) {
      const auto found = places(moved[i], padded[i]);
      ASSERT_EQ(found.size(), 1) << "image " << i;
      offsets.insert(found.begin(), found.end());
    }
    EXPECT_EQ(offsets.size(), (2 * kShift + 1) * (2 * kShift + 1));
  }
}

TEST_F(AugmentationTest, MirrorsTheImagesThatItIsTold) {
  const auto chosen = at::arange(kImages).remainder(3).eq(0);
  const auto mirrored = changed({.flip = true}, images_, chosen);
  const auto expected = at::where(chosen.reshape({-1, 1, 1, 1}), images_.flip({3}), images_);
  EXPECT_TRUE(mirrored.equal(expected));
}

TEST_F(AugmentationTest, MirroredImagesMoveAsWell) {
  const auto all = at::ones({kImages}, at::kBool);
  const auto moved = changed({.flip = true, .translate = kShift}, images_, all);
  const auto padded = at::reflection_pad2d(images_, {kShift, kShift, kShift, kShift}).flip({3});
  for (int64_t i = 0; i < 100; ++i) EXPECT_EQ(places(moved[i], padded[i]).size(), 1) << "image " << i;
}

/// How often each turn occurs: 500 ± 19.4, of which 6 deviations are missed with probability 4 · 2e-9.
TEST_F(AugmentationTest, TurnsByEachQuarterEquallyOften) {
  const auto turned = changed({.turn = true}, squares_, none_);
  int64_t sum = 0;
  for (int64_t k = 0; k < 4; ++k) {
    const auto same = turned.eq(squares_.rot90(k, {2, 3})).flatten(1).all(1).sum().item<int64_t>();
    EXPECT_NEAR(same, 500, 6 * 19.4) << k << " turns";
    sum += same;
  }
  EXPECT_EQ(sum, kImages);
}

TEST_F(AugmentationTest, TurnedImagesAreWindowsToo) {
  const auto moved = changed({.flip = true, .turn = true, .translate = 1, .edges = Edges::kZero}, squares_,
                             at::ones({kImages}, at::kBool));
  const auto padded = at::constant_pad_nd(squares_, {1, 1, 1, 1}).flip({3});
  for (int64_t i = 0; i < 100; ++i) {
    size_t found = 0;
    for (int64_t k = 0; k < 4; ++k) found += places(moved[i], padded[i].rot90(k, {1, 2})).size();
    EXPECT_EQ(found, 1) << "image " << i;
  }
}

/// A centre is at each of the 36 pixels equally often, 55.6 ± 7.35 times; 7 deviations: 36 · 3e-12.
TEST_F(AugmentationTest, CutsASquareAroundAnyPixel) {
  const auto cut = changed({.cutout = 3}, squares_, none_);
  auto times = at::zeros({36}, at::kLong);
  for (int64_t y = 0; y < 6; ++y) {
    for (int64_t x = 0; x < 6; ++x) {
      auto expected = squares_.clone();
      const auto from = [](int64_t place) { return std::max<int64_t>(0, place - 1); };
      expected.slice(2, from(y), y + 2).slice(3, from(x), x + 2).zero_();
      times[6 * y + x] = cut.eq(expected).flatten(1).all(1).sum();
    }
  }
  EXPECT_EQ(times.sum().item<int64_t>(), kImages);
  EXPECT_LT((times - 55.6).abs().max().item<double>(), 7 * 7.35);
}

TEST_F(AugmentationTest, KeepsTheTypeOfTheImages) {
  const auto bytes = (images_ * 255).to(at::kByte);
  EXPECT_EQ(changed({.flip = true, .translate = 1}, bytes, none_).scalar_type(), at::kByte);
}

/// Bytes on the CPU go another way, which gives the same bits in both orders of memory.
TEST_F(AugmentationTest, BytesArePlacedAndNormalisedInOneWalk) {
  for (const auto type : {at::kByte, at::kChar}) {
    datasets::Dataset set;
    set.train.inputs = (squares_ * 255 - (type == at::kChar ? 128 : 0)).round().to(type);
    set.mean = at::rand({2, 1, 1}, at::kDouble);
    set.deviation = at::rand({2, 1, 1}, at::kDouble) + 0.1;
    const Normalizer normalizer(set, at::kFloat, at::kCPU);
    const auto rows = at::randint(0, kImages, {300});
    for (const auto edges : {Edges::kReflected, Edges::kZero, Edges::kWrapped}) {
      const auto placements =
          draw_placements({.flip = true, .turn = true, .translate = 2, .edges = edges, .cutout = 4}, 6, 6,
                          at::rand({300}).lt(0.5), generator_);
      const auto [images, outside] = placed(set.train.inputs, rows, placements);
      const auto expected = normalizer(images).masked_fill(outside, 0);
      for (const bool channels_last : {false, true}) {
        at::Tensor found;
        normalizer.gather(found, set.train.inputs, rows, placements, channels_last);
        EXPECT_TRUE(found.equal(expected));
        EXPECT_EQ(found.is_contiguous(at::MemoryFormat::ChannelsLast), channels_last);
      }
    }
  }
}

}  // namespace
}  // namespace spinlab::training
