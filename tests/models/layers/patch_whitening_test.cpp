#include "models/layers/patch_whitening.h"

#include <ATen/ATen.h>

#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

constexpr double kNoFloor = 0;

/// Noise whose pixels and channels are correlated: blurred and mixed. (n, 3, 16, 12).
at::Tensor correlated_images(int64_t n) {
  const auto mixing =
      at::tensor({1.0, 0.4, -0.3, 0.0, 2.0, 0.7, 0.5, 0.0, 1.5}).to(at::kFloat).view({3, 3, 1, 1});
  return at::conv2d(at::avg_pool2d(at::randn({n, 3, 17, 13}), 2, 1), mixing) + 3;
}

/// (filters, channels, kernel, kernel).
at::Tensor whitening_filters(const at::Tensor& images, int64_t filters, int64_t kernel, double floor) {
  PatchWhitening layer(PatchWhiteningOptions(images.size(1), filters).kernel(kernel).floor(floor));
  layer->initialize(images);
  return layer->weight;
}

/// Of what the filters see of the tiles of the images, (filters, filters).
at::Tensor output_covariance(const at::Tensor& images, const at::Tensor& filters) {
  const auto seen = at::conv2d(images, filters, {}, /*stride=*/filters.size(2));
  return seen.transpose(0, 1).flatten(1).to(at::kDouble).cov(/*correction=*/0);
}

class PatchWhiteningTest : public SpinlabTest {};

TEST_F(PatchWhiteningTest, PatchesComeOutWithTheIdentityAsCovariance) {
  const auto images = correlated_images(200);
  for (const int64_t kernel : {1, 2, 3}) {
    const auto most = 2 * 3 * kernel * kernel;
    const auto filters = whitening_filters(images, most, kernel, kNoFloor);
    ASSERT_EQ(filters.sizes(), at::IntArrayRef({most, 3, kernel, kernel}));
    const auto covariance = output_covariance(images, filters.narrow(0, 0, most / 2));
    EXPECT_CLOSE(covariance, at::eye(most / 2, at::kDouble), atol(1e-3));
  }
}

TEST_F(PatchWhiteningTest, TheSecondHalfIsTheNegativeOfTheFirst) {
  const auto filters = whitening_filters(correlated_images(5), 8, 2, kNoFloor);
  EXPECT_CLOSE(filters.narrow(0, 4, 4), -filters.narrow(0, 0, 4), atol(0));
}

// One channel that is large and one that is small: the largest variance comes first.
TEST_F(PatchWhiteningTest, FewFiltersSeeTheLargestVariances) {
  const auto images = at::randn({50, 2, 8, 8}) * at::tensor({0.1, 10.0}).to(at::kFloat).view({2, 1, 1});
  const auto filters = whitening_filters(images, 8, 2, kNoFloor);
  EXPECT_CLOSE(filters.select(1, 0).abs().max().item<double>(), 0.0, atol(0.01));
}

// White noise of variance σ² has λ_i ≈ σ² for all i, so that a floor of σ² leaves the variance 1/2.
// 12,800 patches: λ_i lies within 1 ± 2√(12 / 12,800) of σ² but for a chance far below 1e-6 (Marchenko and
// Pastur).
TEST_F(PatchWhiteningTest, TheFloorDampsSmallVariances) {
  const auto images = 0.2 * at::randn({200, 3, 16, 16});
  const auto filters = whitening_filters(images, 24, 2, /*floor=*/0.04);
  const auto variances = output_covariance(images, filters.narrow(0, 0, 12)).diagonal();
  EXPECT_CLOSE(variances, at::full({12}, 0.5, at::kDouble), atol(0.03));
}

// Flat images vary along one direction only; without a floor the others would be divided by zero.
TEST_F(PatchWhiteningTest, FlatImagesGiveFiniteFilters) {
  const auto images = at::randn({10, 1, 1, 1}).expand({10, 1, 4, 4}).contiguous();
  EXPECT_TRUE(whitening_filters(images, 8, 2, 1e-3).isfinite().all().item<bool>());
}

TEST_F(PatchWhiteningTest, RefusesWhatCannotBe) {
  const auto images = at::randn({5, 3, 8, 8});
  EXPECT_THROW(whitening_filters(images, 7, 2, 0), c10::ValueError);
  EXPECT_THROW(whitening_filters(images, 26, 2, 0), c10::ValueError);
  EXPECT_THROW(whitening_filters(images, 0, 2, 0), c10::ValueError);
  EXPECT_THROW(whitening_filters(images.narrow(2, 0, 1), 8, 2, 0), c10::ValueError);
  EXPECT_THROW(whitening_filters(images.to(at::kByte), 8, 2, 0), c10::ValueError);
}

}  // namespace
}  // namespace spinlab::models
