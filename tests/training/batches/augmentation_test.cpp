#include "src/training/batches/augmentation.h"

#include <ATen/ATen.h>

#include <set>
#include <utility>

#include "src/core/seed.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::training {
namespace {

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
  at::Generator generator_ = make_generator(kSeed, "augmentation");
  const at::Tensor images_ = at::rand({kImages, 3, kHeight, kWidth});
  const at::Tensor none_ = at::zeros({kImages}, at::kBool);
};

// 25 offsets are equally likely: that one never occurs among 2000 has the probability 25 · (24/25)^2000 <
// 1e-33.
TEST_F(AugmentationTest, EveryImageIsAWindowOfTheReflectedOne) {
  const auto moved = Augmentation{false, kShift}(images_, none_, generator_);
  const auto padded = at::reflection_pad2d(images_, {kShift, kShift, kShift, kShift});
  std::set<std::pair<int64_t, int64_t>> all;
  for (int64_t i = 0; i < kImages; ++i) {
    const auto found = places(moved[i], padded[i]);
    ASSERT_EQ(found.size(), 1) << "image " << i;
    all.insert(found.begin(), found.end());
  }
  EXPECT_EQ(all.size(), (2 * kShift + 1) * (2 * kShift + 1));
}

TEST_F(AugmentationTest, MirrorsTheImagesThatItIsTold) {
  const auto chosen = at::arange(kImages).remainder(3).eq(0);
  const auto mirrored = Augmentation{true, 0}(images_, chosen, generator_);
  const auto expected = at::where(chosen.reshape({-1, 1, 1, 1}), images_.flip({3}), images_);
  EXPECT_TRUE(mirrored.equal(expected));
}

TEST_F(AugmentationTest, MirroredImagesMoveAsWell) {
  const auto all = at::ones({kImages}, at::kBool);
  const auto changed = Augmentation{true, kShift}(images_, all, generator_);
  const auto padded = at::reflection_pad2d(images_, {kShift, kShift, kShift, kShift}).flip({3});
  for (int64_t i = 0; i < 100; ++i) EXPECT_EQ(places(changed[i], padded[i]).size(), 1) << "image " << i;
}

TEST_F(AugmentationTest, KeepsTheTypeOfTheImages) {
  const auto bytes = (images_ * 255).to(at::kByte);
  EXPECT_EQ(Augmentation({true, 1})(bytes, none_, generator_).scalar_type(), at::kByte);
}

}  // namespace
}  // namespace spinlab::training
