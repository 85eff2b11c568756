// Distances and the Gaussian kernel: where digits are lost, units of any size, and refusals between right
// answers.

#include "assignments/03-kernels/calls.h"
#include "assignments/03-kernels/problems.h"

namespace {

using namespace spinlab;
using namespace kernels::problems;

/// Centring the cloud does not save the digits of two points that lie much closer than it is wide.
TEST(SquaredDistances, OfNeighboursInAWideCloud) {
  const auto X = normal({40, 3}, "cloud"), Z = X.flip(0) + 1e-7 * normal({40, 3}, "neighbours");
  EXPECT_CLOSE(squared_distances(X, Z), distances2(X, Z), rtol(1e-12));
}

TEST(SquaredDistances, AreZeroForEqualPointsAndNeverNegative) {
  const auto X = 100 * normal({30, 5}, "equal");
  const auto twice = torch::cat({X, X});
  const auto r2 = squared_distances(X, twice);
  EXPECT_CLOSE(r2.slice(1, 0, 30).diagonal(), zeros({30}), atol(0.0));
  EXPECT_CLOSE(r2.slice(1, 30).diagonal(), zeros({30}), atol(0.0));
  EXPECT_GE(r2.min().item<double>(), 0.0);
  EXPECT_CLOSE(squared_distances(vector({1, 2, 3}).unsqueeze(0), vector({3, 2, -1}).unsqueeze(0)),
               torch::full({1, 1}, 20.0, torch::kFloat64), atol(1e-12));
}

TEST(SquaredDistances, RefusePointsOfOtherSpaces) {
  const auto X = normal({3, 2}, "plane");
  between_right_answers([&] { EXPECT_CLOSE(squared_distances(X, X + 1), distances2(X, X + 1), rtol(1e-12)); },
                        [&] {
                          EXPECT_THROW(squared_distances(X, normal({3, 3}, "space")), StudentError);
                          EXPECT_THROW(squared_distances(X, normal({3, 1}, "line")), StudentError);
                          EXPECT_THROW(squared_distances(X[0], X), StudentError);
                        });
}

/// Narrow: only equal points are alike, exactly. Wide: 1 − r²/2ℓ². Half a unit is no unit. And x, z and ℓ in
/// another unit are the same kernel.
TEST(GaussianKernel, WidthsOfAnySize) {
  const auto X = normal({6, 2}, "widths"), Z = normal({5, 2}, "other widths");
  EXPECT_CLOSE(gaussian_kernel(X, X, 1e-6), eye(6), atol(0.0));
  EXPECT_CLOSE(1e8 * (1 - gaussian_kernel(X, Z, 1e4)), distances2(X, Z) / 2, atol(1e-4));
  EXPECT_CLOSE(gaussian_kernel(X, Z, 0.5), gaussian(X, Z, 0.5), rtol(1e-10));
  EXPECT_CLOSE(gaussian_kernel(1e-3 * X, 1e-3 * Z, 0.7e-3), gaussian(X, Z, 0.7), rtol(1e-10));
  const auto far = 1e6 + X, neighbours = 1e6 + Z;
  EXPECT_CLOSE(gaussian_kernel(far, neighbours, 1), gaussian(far, neighbours, 1), rtol(1e-10));
}

TEST(GaussianKernel, RefusesNoWidth) {
  const auto X = normal({3, 2}, "no width");
  between_right_answers(
      [&] { EXPECT_CLOSE(gaussian_kernel(X, X + 1, 2), gaussian(X, X + 1, 2), rtol(1e-11)); },
      [&] {
        EXPECT_THROW(gaussian_kernel(X, X, 0), StudentError);
        EXPECT_THROW(gaussian_kernel(X, X, -1), StudentError);
        EXPECT_THROW(gaussian_kernel(X, normal({3, 3}, "space"), 1), StudentError);
      });
}

}  // namespace
