#include "models/estimators/svm/machine.h"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>

#include "datasets/dataset.h"
#include "datasets/formats/libsvm.h"
#include "models/kernels/matrices/matrices.h"
#include "src/core/seed.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

using testing::HasSubstr;

constexpr double kHard = std::numeric_limits<double>::infinity();

KernelPtr svm_kernel(const Json& options) { return make_kernel(options, {}, "test"); }
KernelPtr gaussian_of_gamma(double gamma) {
  return svm_kernel({{"name", "gaussian"}, {"width", std::sqrt(0.5 / gamma)}});
}

std::vector<double> equal(const std::vector<double>& y, double C) { return std::vector(y.size(), C); }

/// α = ⅛ of each corner, f = x₁x₂ up to its sign [Haykin, Neural Networks, section 6.6].
TEST(SvmMachine, XorOfAQuadraticKernel) {
  const auto X = at::tensor({-1.0, -1.0, -1.0, 1.0, 1.0, -1.0, 1.0, 1.0}, at::kDouble).view({4, 2});
  const std::vector<double> y{-1, 1, 1, -1};
  const auto kernel = svm_kernel({{"name", "polynomial"}, {"degree", 2}, {"scale", 1.0}, {"offset", 1.0}});
  const auto found = classify(*kernel_matrix(kernel, X), y, equal(y, kHard), {.tolerance = 1e-10});
  for (size_t i = 0; i < 4; ++i) EXPECT_NEAR(found.weights[i], y[i] / 8, 1e-8);
  EXPECT_NEAR(found.bias, 0, 1e-8);
  EXPECT_NEAR(found.objective, -0.25, 1e-8);
  EXPECT_NEAR(found.gap, 0, 1e-8);
}

TEST(SvmMachine, AHardMarginThatIsNotThereIsRefused) {
  const auto X = at::tensor({0.0, 1.0, 1.0, 2.0}, at::kDouble).view({4, 1});
  const std::vector<double> y{-1, 1, -1, 1};  // twice the same point
  EXPECT_THAT(mistake([&] { classify(*kernel_matrix(gaussian_of_gamma(1), X), y, equal(y, kHard), {}); }),
              HasSubstr("no hard margin: "));
  // Nor one without duplicates, whose α grow step by step.
  const auto line = at::arange(6, at::kDouble).unsqueeze(1);
  const std::vector<double> mixed{-1, 1, -1, 1, -1, 1};
  const auto linear = svm_kernel({{"name", "linear"}});
  EXPECT_THAT(mistake([&] {
                classify(*kernel_matrix(linear, line), mixed, equal(mixed, kHard),
                         {.max_iterations = 100'000});
              }),
              HasSubstr("no hard margin"));
  const auto soft = classify(*kernel_matrix(gaussian_of_gamma(1), X), y, equal(y, 1), {});
  EXPECT_LE(soft.violation, 1e-3);
}

TEST(SvmMachine, OfHeldValuesSparseRowsOrPointsIsTheSame) {
  auto X = at::randn({80, 40}, make_generator(3, "points"), at::kDouble);
  X.masked_fill_(at::rand({80, 40}, make_generator(3, "zeros")).gt(0.2), 0);
  std::vector<double> y;
  for (int64_t i = 0; i < 80; ++i) y.push_back(X[i].sum().item<double>() > 0 ? 1 : -1);
  const auto kernel = gaussian_of_gamma(0.1);
  const auto points = classify(*kernel_matrix(kernel, X), y, equal(y, 3), {.tolerance = 1e-8});
  const auto held = classify(*kernel_matrix(gram(*kernel, X)), y, equal(y, 3), {.tolerance = 1e-8});
  const auto sparse =
      classify(*kernel_matrix(kernel, SparseRows::all_of(X)), y, equal(y, 3), {.tolerance = 1e-8});
  for (const auto& found : {held, sparse}) {
    EXPECT_NEAR(points.objective, found.objective, 1e-7 * std::abs(found.objective));
    EXPECT_NEAR(points.bias, found.bias, 1e-6);
  }
}

/// A point of C = 0 takes no part; the values there are those of the machine of the others.
TEST(SvmMachine, PointsWithoutACostAreHeldOut) {
  const auto X = at::randn({60, 2}, make_generator(5, "points"), at::kDouble);
  std::vector<double> y, costs;
  for (int64_t i = 0; i < 60; ++i) {
    y.push_back(X[i][0].item<double>() > 0 ? 1 : -1);
    costs.push_back(i < 50 ? 2 : 0);
  }
  const auto kernel = gaussian_of_gamma(0.5);
  const auto all = classify(*kernel_matrix(kernel, X), y, costs, {.tolerance = 1e-9});
  const std::vector<double> first(y.begin(), y.begin() + 50);
  const auto some =
      classify(*kernel_matrix(kernel, X.narrow(0, 0, 50)), first, equal(first, 2), {.tolerance = 1e-9});
  EXPECT_NEAR(all.objective, some.objective, 1e-7);
  const auto f =
      (*kernel)(X.narrow(0, 50, 10), X.narrow(0, 0, 50)).mv(at::tensor(some.weights, at::kDouble)) +
      some.bias;
  for (int64_t i = 0; i < 10; ++i)
    EXPECT_NEAR(all.values[static_cast<size_t>(50 + i)], f[i].item<double>(), 1e-5);
}

/// Margin errors are at most the share ν, support vectors at least; the machine is one of C-classification
/// with C = 1 / (margin of the problem in ν), so that its weights reach that C.
TEST(SvmMachine, NuBoundsErrorsAndSupport) {
  const auto X = at::randn({200, 2}, make_generator(6, "points"), at::kDouble);
  const auto noise = at::randn({200}, make_generator(6, "noise"), at::kDouble);
  std::vector<double> y;
  for (int64_t i = 0; i < 200; ++i) y.push_back((X[i][0] + 0.5 * noise[i]).item<double>() > 0 ? 1 : -1);
  const auto kernel = kernel_matrix(gaussian_of_gamma(0.5), X);
  const auto found = classify_nu(*kernel, y, equal(y, 1), 0.4, {.tolerance = 1e-8});
  int64_t errors = 0;
  double most = 0;
  for (size_t i = 0; i < y.size(); ++i) {
    errors += y[i] * found.values[i] < 1 - 1e-4;
    most = std::max(most, std::abs(found.weights[i]));
  }
  EXPECT_LE(errors, 80);
  EXPECT_NEAR(found.gap, 0, 1e-5);
  EXPECT_GE(found.support, 80);
  const auto same = classify(*kernel, y, equal(y, most), {.tolerance = 1e-8});
  for (size_t i = 0; i < y.size(); ++i) EXPECT_NEAR(found.values[i], same.values[i], 1e-3);
}

/// One point against many: ν of twice its share is the most that there is, and more of it no remedy.
TEST(SvmMachine, ANuWithoutAMarginSaysWhatRemains) {
  const auto X = at::randn({40, 2}, make_generator(8, "points"), at::kDouble);
  std::vector<double> y(40, -1);
  y[0] = 1;
  const auto kernel = kernel_matrix(gaussian_of_gamma(0.02), X);
  const auto nu = [&](double tolerance) {
    return classify_nu(*kernel, y, equal(y, 1), 0.05, {.tolerance = tolerance});
  };
  EXPECT_THAT(mistake([&] { nu(0.1); }), HasSubstr("beyond the tolerance of 0.1: the classes' hulls"));
  EXPECT_THAT(mistake([&] { nu(0.1); }), HasSubstr("take a smaller tolerance, or a larger nu, up to 0.05"));
  EXPECT_NEAR(nu(1e-6).values[0], 1, 1e-2);
}

/// Targets within ε of a constant need no support vector; else |residual| is ε at a free one.
TEST(SvmMachine, RegressionKeepsItsTube) {
  const auto X = at::linspace(-2, 2, 60, at::kDouble).unsqueeze(1);
  const auto target = X.select(1, 0).sin().contiguous();
  const std::vector<double> z(target.const_data_ptr<double>(), target.const_data_ptr<double>() + 60);
  const auto kernel = kernel_matrix(gaussian_of_gamma(1), X);
  EXPECT_EQ(regress(*kernel, z, 1, 1.1, {}).support, 0);
  const auto found = regress(*kernel, z, 10, 0.1, {.tolerance = 1e-8});
  EXPECT_NEAR(found.gap, 0, 1e-5);
  for (size_t i = 0; i < z.size(); ++i) {
    const auto residual = std::abs(z[i] - found.values[i]), weight = std::abs(found.weights[i]);
    if (weight == 0) EXPECT_LE(residual, 0.1 + 1e-6);
    if (weight > 0 && weight < 10) EXPECT_NEAR(residual, 0.1, 1e-6);
    if (weight == 10) EXPECT_GE(residual, 0.1 - 1e-6);
  }
  const auto of_one = regress(*kernel_matrix(at::ones({1, 1}, at::kDouble)), {3}, 1, 0.1, {});
  EXPECT_NEAR(of_one.values[0], 3, 0.1 + 1e-9);
}

TEST(SvmMachine, SaysWhatItCannotTake) {
  const auto X = at::randn({4, 2}, make_generator(1, "points"), at::kDouble);
  const auto kernel = kernel_matrix(gaussian_of_gamma(1), X);
  const std::vector<double> y{1, -1, 1, -1};
  const auto said = [&](const std::vector<double>& labels, double C) {
    return mistake([&] { classify(*kernel, labels, equal(labels, C), {}); });
  };
  EXPECT_THAT(said({1, 1, 1, 1}, 1), HasSubstr("no other class"));
  EXPECT_THAT(said({1, -1, 2, 1}, 1), HasSubstr("label 2 is 2"));
  EXPECT_THAT(said({1, -1}, 1), HasSubstr("of 4 points and there are 2 labels"));
  EXPECT_THAT(said(y, 0), HasSubstr("C must be above 0"));
  EXPECT_THAT(said(y, -1), HasSubstr("C must be above 0"));
  const auto of_costs = [&](const std::vector<double>& costs, const DualOptions& options = {}) {
    return mistake([&] { classify(*kernel, y, costs, options); });
  };
  EXPECT_THAT(of_costs({1, 0, 1, 0}), HasSubstr("all labels that count are alike"));
  EXPECT_THAT(of_costs({1, 1, -1, 1}), HasSubstr("C must be at least 0, is -1"));
  EXPECT_THAT(of_costs({1, 1, 1, 1}, {.tolerance = -1}), HasSubstr("tolerance must be above 0, is -1"));
  EXPECT_THAT(of_costs({1, 1, 1, 1}, {.tolerance = NAN}), HasSubstr("tolerance must be above 0"));
  EXPECT_THAT(of_costs({1, 1, 1, 1}, {.cache_bytes = -5}), HasSubstr("must not be negative, are -5"));
  EXPECT_THAT(of_costs({1, 1, 1, 1}, {.max_iterations = 0}), HasSubstr("max_iterations must be above 0"));
  EXPECT_THAT(mistake([&] { classify_nu(*kernel, y, equal(y, 2), 0.5, {}); }),
              HasSubstr("a share must be between 0 and 1, is 2"));
  EXPECT_THAT(mistake([&] { regress(*kernel, {1, 2, NAN, 3}, 1, 0.1, {}); }), HasSubstr("is not finite"));
  EXPECT_THAT(mistake([&] { restricted(*kernel, {0, 4}); }), HasSubstr("point 4 of 4"));
  const auto huge = [&](const Json& kernel, double scale) {
    return mistake(
        [&] { classify(*kernel_matrix(make_kernel(kernel, X, "test"), X * scale), y, equal(y, 1), {}); });
  };
  EXPECT_THAT(huge({{"name", "linear"}}, 1e21), HasSubstr("too large for float32"));
  EXPECT_THAT(huge({{"name", "polynomial"}, {"degree", 9}}, 1e9), HasSubstr("float32 holds them up to"));
  EXPECT_THAT(huge({{"name", "gaussian"}, {"width", 1}}, 1e25), HasSubstr("too large for float32"));
  EXPECT_THAT(huge({{"name", "linear"}}, NAN), HasSubstr("too large for float32"));
  EXPECT_THAT(mistake([&] { classify_nu(*kernel, {1, 1, 1, -1}, equal(y, 1), 0.9, {}); }),
              HasSubstr("at most twice"));
  auto K = at::eye(3, at::kDouble);
  K[0][2] = 0.5;
  EXPECT_THAT(mistake([&] { kernel_matrix(K); }), HasSubstr("must be symmetric: K["));
}

/// k(x, z) = -x·z: what is found is said to be perhaps not the least.
TEST(SvmMachine, AKernelThatIsNotPositiveIsSaid) {
  const auto X = at::randn({40, 3}, make_generator(2, "points"), at::kDouble);
  std::vector<double> y;
  for (int64_t i = 0; i < 40; ++i) y.push_back(i % 2 == 0 ? 1 : -1);
  EXPECT_TRUE(classify(*kernel_matrix(-X.mm(X.t())), y, equal(y, 1), {}).is_indefinite);
  EXPECT_FALSE(classify(*kernel_matrix(X.mm(X.t())), y, equal(y, 1), {}).is_indefinite);
}

class SvmMachineDataTest : public RealDataTest {
 protected:
  struct Rows {
    at::Tensor X;
    std::vector<double> y;
  };
  Rows rows(const Json& set, int64_t positive) {
    const auto loaded = datasets::load_dataset(set, datasets::DataFolders(data("")), 0);
    const auto X = at::cat({loaded.train.inputs, loaded.test.inputs}).to(at::kDouble);
    const auto classes = at::cat({loaded.train.targets, loaded.test.targets});
    std::vector<double> y;
    for (int64_t i = 0; i < X.size(0); ++i) y.push_back(classes[i].item<int64_t>() == positive ? 1 : -1);
    return {X, y};
  }
};

/// LIBSVM's numbers of its own example with its defaults, C 1 and γ 1/13.
TEST_F(SvmMachineDataTest, HeartScaleIsLibsvms) {
  const auto [X, y] = rows({{"name", "heart-scale"}, {"test_fraction", 0.5}}, 1);
  const auto found = classify(*kernel_matrix(gaussian_of_gamma(1.0 / 13), X), y, equal(y, 1), {});
  EXPECT_NEAR(found.objective, -100.877288, 1e-4);
  EXPECT_NEAR(found.bias, -0.424462, 1e-3);
  EXPECT_EQ(found.support, 132);
  EXPECT_EQ(found.bounded, 107);
  const auto kernel =
      svm_kernel({{"name", "polynomial"}, {"degree", 3}, {"scale", 1.0 / 13}, {"offset", 0.0}});
  const auto cubic = classify(*kernel_matrix(kernel, X), y, equal(y, 1), {.tolerance = 1e-6});
  EXPECT_NEAR(cubic.objective, -131.800253, 1e-5);
  EXPECT_EQ(cubic.support, 177);
  EXPECT_EQ(cubic.bounded, 151);
}

TEST_F(SvmMachineDataTest, ALibsvmFileStaysSparse) {
  const auto rows = datasets::read_sparse_libsvm(data("svm/heart_scale"), {});
  const auto X = SparseRows::from_compressed(rows.starts, rows.columns, rows.values, rows.width);
  const auto* labels = rows.labels.const_data_ptr<double>();
  const std::vector<double> y(labels, labels + rows.labels.size(0));
  const auto found =
      classify(*kernel_matrix(gaussian_of_gamma(1.0 / 13), X), y, equal(y, 1), {.tolerance = 1e-6});
  EXPECT_NEAR(found.objective, -100.8772916, 1e-6);
  EXPECT_NEAR(found.gap, 0, 1e-4);
}

TEST_F(SvmMachineDataTest, IrisHasItsMargin) {
  const auto [X, y] = rows({{"name", "iris"}, {"test_fraction", 0.5}}, 0);
  const auto found =
      classify(*kernel_matrix(svm_kernel({{"name", "linear"}}), X), y, equal(y, kHard), {.tolerance = 1e-8});
  EXPECT_NEAR(1 / std::sqrt(-2 * found.objective), 0.8175557693, 1e-8);
  EXPECT_EQ(found.support, 3);
}

}  // namespace
}  // namespace spinlab::models
