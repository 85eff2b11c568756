#include "src/training/objectives/image_views.h"

#include <ATen/ATen.h>

#include "tests/support/spinlab_test.h"

namespace spinlab::training {
namespace {

class ImageViewsTest : public SpinlabTest {};

at::Tensor itself(const at::Tensor& images) { return images.to(at::kDouble); }

TEST_F(ImageViewsTest, AreTheImageAloneWhereNoneIsAskedFor) {
  const auto images = at::randint(0, 256, {2, 3, 4, 5}, at::kByte);
  EXPECT_TRUE(at::equal(ImageViews().mean(itself, images), itself(images)));
}

// 1 2 / 3 4 moved up and left with reflected edges is 4 3 / 2 1, and so it is moved down and right.
TEST_F(ImageViewsTest, ByHand) {
  const auto image = at::tensor({1, 2, 3, 4}, at::kByte).view({1, 1, 2, 2});
  const auto expected = [](std::vector<double> values) {
    return at::tensor(values, at::kDouble).view({1, 1, 2, 2});
  };
  EXPECT_CLOSE(ImageViews{.flip = true}.mean(itself, image), expected({1.5, 1.5, 3.5, 3.5}), atol(0));
  EXPECT_CLOSE(ImageViews{.shift = true}.mean(itself, image), expected({2.5, 2.5, 2.5, 2.5}), atol(0));
}

// Against LibTorch's own reflection, which knows floating point alone.
TEST_F(ImageViewsTest, AreSixOfTheWeightsOfThePaper) {
  const auto images = at::rand({2, 3, 5, 4}, at::kDouble);
  std::vector<at::Tensor> seen;
  const auto mean = ImageViews{.flip = true, .shift = true}.mean(
      [&](const at::Tensor& view) {
        seen.push_back(view);
        return view.square();
      },
      images);
  const auto padded = at::reflection_pad2d(images, {1, 1, 1, 1});
  auto expected = at::zeros_like(images);
  for (const int64_t by : {0, 1, 2}) {
    const auto view = padded.narrow(2, by, 5).narrow(3, by, 4);
    expected += (by == 1 ? 0.25 : 0.125) * (view.square() + view.flip({3}).square());
  }
  EXPECT_EQ(seen.size(), 6);
  EXPECT_CLOSE(mean, expected, atol(1e-15));
}

}  // namespace
}  // namespace spinlab::training
