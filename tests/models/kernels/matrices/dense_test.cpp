#include <ATen/ATen.h>

#include "models/estimators/svm/machine.h"
#include "models/kernels/matrices/matrices.h"
#include "src/core/seed.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

KernelPtr kernel_of_width_1() { return make_kernel({{"name", "gaussian"}, {"width", 1}}, {}, "test"); }

/// Clusters of unit size in a cube of half the side `spread`, and labels that depend on the place in the
/// cluster.
struct Clusters {
  at::Tensor X;
  std::vector<double> y;

  explicit Clusters(double spread) {
    auto generator = make_generator(11, "clusters");
    const auto places = at::randn({300, 2}, generator, at::kDouble);
    const auto centres = (2 * at::rand({30, 2}, generator, at::kDouble) - 1) * spread;
    X = centres.repeat({10, 1}) + places;
    const auto score = places.select(1, 0) + 0.5 * at::randn({300}, generator, at::kDouble);
    for (int64_t i = 0; i < 300; ++i) y.push_back(score[i].item<double>() > 0 ? 1 : -1);
  }

  /// By differences, which no distance between clusters rounds.
  at::Tensor gram() const {
    const auto differences = X.unsqueeze(1) - X.unsqueeze(0);
    return (-0.5 * differences.square().sum(2)).exp();
  }
};

/// However far apart: from 1e3 widths on products in float32 hold nothing of the distances within a cluster.
TEST(DenseKernel, ClustersManyWidthsApartKeepTheirMachine) {
  for (const double spread : {1.0, 1e2, 1e3, 1e4, 1e5}) {
    const Clusters clusters(spread);
    const std::vector<double> C(300, 10);
    const DualOptions options{.tolerance = 1e-6};
    const auto found = classify(*kernel_matrix(kernel_of_width_1(), clusters.X), clusters.y, C, options);
    const auto held = classify(*kernel_matrix(clusters.gram()), clusters.y, C, options);
    EXPECT_FALSE(found.is_indefinite) << spread;
    EXPECT_LE(found.violation, 1e-6) << spread;
    const auto rounding = 1e-8 + 1e-16 * spread * spread;  // of products in float64
    EXPECT_NEAR(found.objective, held.objective, rounding * std::abs(held.objective)) << spread;
    EXPECT_NEAR(found.bias, held.bias, 1e-4) << spread;
  }
}

/// Far from the middle k(x, x) in float32 may be below k(x, z) of a near point.
TEST(DenseKernel, RoundingIsNoNegativeCurvature) {
  const Clusters clusters(50);
  const auto near = at::cat({clusters.X, clusters.X + 1e-3});
  auto labels = clusters.y;
  for (const auto label : clusters.y) labels.push_back(-label);
  const auto matrix = kernel_matrix(kernel_of_width_1(), near);
  ASSERT_GT(matrix->rounding(), 1e-5) << "it is in float32";
  const auto found = classify(*matrix, labels, std::vector<double>(600, 1), {});
  EXPECT_FALSE(found.is_indefinite);
}

TEST(DenseKernel, ItsRoundingGrowsWithTheSpread) {
  const auto rounding = [](const Json& kernel, double spread) {
    return kernel_matrix(make_kernel(kernel, {}, "test"), Clusters(spread).X)->rounding();
  };
  const Json gaussian = {{"name", "gaussian"}, {"width", 1}}, linear = {{"name", "linear"}};
  EXPECT_LE(rounding(gaussian, 1), 1e-6);
  EXPECT_GT(rounding(gaussian, 60), 1e-5);
  EXPECT_LE(rounding(gaussian, 1e4), 1e-6);  // in float64
  EXPECT_LE(rounding(linear, 1e4), 1e-6) << "a part of its largest number";
}

/// A far point makes the others one to all digits of their products.
TEST(DenseKernel, PointsThatRoundingMakesOneAreRefused) {
  auto X = Clusters(1).X;
  X[17].fill_(1e9);
  EXPECT_THAT(mistake([&] { kernel_matrix(kernel_of_width_1(), X); }),
              testing::HasSubstr("look for outliers, scale the columns, or take a larger width"));
}

}  // namespace
}  // namespace spinlab::models
