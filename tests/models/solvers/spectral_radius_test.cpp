#include "models/solvers/spectral_radius.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "src/core/seed.h"

namespace spinlab::models {
namespace {

double radius_of(const at::Tensor& A) {
  return spectral_radius([&](const at::Tensor& v) { return A.mv(v); }, A.size(0));
}

at::Tensor random_square(int64_t n) {
  return at::randn({n, n}, make_generator(3, "spectral radius", static_cast<std::uint64_t>(n)), at::kDouble);
}

TEST(SpectralRadius, IsThatOfAllEigenvalues) {
  for (const int64_t n : {1, 2, 7, 60, 499, 620}) {
    const auto A = random_square(n);
    const auto known = at::linalg_eigvals(A).abs().max().item<double>();
    EXPECT_NEAR(radius_of(A), known, 1e-9 * known) << n;
  }
}

TEST(SpectralRadius, IsOneOfARotationWhosePowersDoNotConverge) {
  const auto angle = 0.7;
  const auto A =
      at::tensor({std::cos(angle), -std::sin(angle), std::sin(angle), std::cos(angle)}, at::kDouble)
          .view({2, 2});
  EXPECT_NEAR(radius_of(A), 1, 1e-14);
}

TEST(SpectralRadius, OfManyRowsOfFewDimensionsEndsWithTheirSpace) {
  const auto u = at::linspace(1, 2, 700, at::kDouble), v = at::linspace(-1, 3, 700, at::kDouble);
  EXPECT_NEAR(radius_of(u.outer(v)), std::abs(u.dot(v).item<double>()), 1e-8);
}

TEST(SpectralRadius, IsZeroWherePowersVanish) {
  EXPECT_EQ(radius_of(at::zeros({5, 5}, at::kDouble)), 0);
  EXPECT_LT(radius_of(random_square(6).triu(1)), 1e-2);  // rounding to the sixth root
}

}  // namespace
}  // namespace spinlab::models
