#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/kernels/matrices/matrices.h"
#include "models/solvers/svm/dual_problem.h"
#include "models/solvers/svm/pairs.h"
#include "src/core/seed.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::models {
namespace {

class DecompositionTest : public SpinlabTest {
 protected:
  struct Points {
    at::Tensor X;
    std::vector<double> y;
  };

  /// Two classes that lie in each other.
  static Points noisy(int64_t n, int64_t d) {
    auto generator = make_generator(7, "noisy points");
    const auto X = at::randn({n, d}, generator, at::kDouble);
    const auto score = X.select(1, 0).sin() + X.select(1, 1) + 0.7 * at::randn({n}, generator, at::kDouble);
    std::vector<double> y;
    for (int64_t i = 0; i < n; ++i) y.push_back(score[i].item<double>() > 0 ? 1 : -1);
    return {X, y};
  }

  static KernelPtr gaussian(double width) {
    return make_kernel({{"name", "gaussian"}, {"width", width}}, {}, "test");
  }

  static DualProblem classification(const std::vector<double>& y, double C) {
    std::vector<int64_t> points(y.size());
    std::iota(points.begin(), points.end(), 0);
    const auto n = y.size();
    return {points, y, std::vector(n, -1.0), std::vector(n, C), std::vector(n, 0.0)};
  }

  /// ε-regression on targets y.
  static DualProblem regression(const std::vector<double>& y, double C, double epsilon) {
    DualProblem problem;
    for (const double sign : {1.0, -1.0})
      for (size_t i = 0; i < y.size(); ++i) {
        problem.point.push_back(static_cast<int64_t>(i));
        problem.sign.push_back(sign);
        problem.linear.push_back(epsilon - sign * y[i]);
      }
    problem.bound.assign(2 * y.size(), C);
    problem.start.assign(2 * y.size(), 0);
    return problem;
  }

  /// Q_st = y_s y_t k(x_s, x_t).
  static at::Tensor hessian(const DualProblem& problem, const at::Tensor& K) {
    const auto points = at::tensor(problem.point), y = at::tensor(problem.sign, at::kDouble);
    return K.index_select(0, points).index_select(1, points) * y.outer(y);
  }

  /// The least objective over all 3^n patterns of 0, free and C: with the pattern given a minimum is a linear
  /// system with one multiplier.
  static double enumerated(const DualProblem& problem, const at::Tensor& K) {
    const auto Q = hessian(problem, K), y = at::tensor(problem.sign, at::kDouble),
               p = at::tensor(problem.linear, at::kDouble);
    const auto n = static_cast<int64_t>(problem.size());
    const double C = problem.bound.front();
    double best = 0;  // of α = 0
    int64_t patterns = 1;
    for (int64_t i = 0; i < n; ++i) patterns *= 3;
    for (int64_t code = 0; code < patterns; ++code) {
      auto alpha = at::zeros({n}, at::kDouble);
      std::vector<int64_t> free;
      for (int64_t i = 0, rest = code; i < n; ++i, rest /= 3) {
        if (rest % 3 == 1) alpha[i] = C;
        if (rest % 3 == 2) free.push_back(i);
      }
      if (!free.empty()) {
        const auto f = at::tensor(free);
        const auto m = f.size(0);
        auto H = at::zeros({m + 1, m + 1}, at::kDouble), right = at::zeros({m + 1}, at::kDouble);
        H.slice(0, 0, m).slice(1, 0, m).copy_(Q.index_select(0, f).index_select(1, f));
        H.slice(0, 0, m).select(1, m).copy_(y.index_select(0, f));
        H.select(0, m).slice(0, 0, m).copy_(y.index_select(0, f));
        right.slice(0, 0, m).copy_(-(p + Q.mv(alpha)).index_select(0, f));
        right[m] = -y.dot(alpha);
        const auto [solution, info] = at::linalg_solve_ex(H, right);
        if (info.item<int64_t>() != 0) continue;
        alpha.index_copy_(0, f, solution.slice(0, 0, m));
      }
      const bool is_feasible = alpha.min().item<double>() >= 0 && alpha.max().item<double>() <= C &&
                               std::abs(y.dot(alpha).item<double>()) < 1e-9;
      if (is_feasible) best = std::min(best, (alpha.dot(Q.mv(alpha)) / 2 + p.dot(alpha)).item<double>());
    }
    return best;
  }

  /// Box, equality, the violation and the objective, from the coefficients alone.
  static void expect_optimal(const DualProblem& problem, const DualSolution& found, const at::Tensor& K,
                             double tolerance) {
    const auto alpha = at::tensor(found.alpha, at::kDouble), y = at::tensor(problem.sign, at::kDouble),
               C = at::tensor(problem.bound, at::kDouble), p = at::tensor(problem.linear, at::kDouble);
    EXPECT_GE(alpha.min().item<double>(), 0);
    EXPECT_TRUE(alpha.le(C).all().item<bool>());
    EXPECT_NEAR(y.dot(alpha - at::tensor(problem.start, at::kDouble)).item<double>(), 0, 1e-9);
    const auto slope = hessian(problem, K).mv(alpha);
    const auto gain = -y * (slope + p);
    const auto rises = at::where(y > 0, alpha < C, alpha > 0), falls = at::where(y > 0, alpha > 0, alpha < C);
    const auto violation = gain.masked_fill(~rises, -1e300).max().item<double>() -
                           gain.masked_fill(~falls, 1e300).min().item<double>();
    EXPECT_LE(violation, tolerance * 1.01);
    EXPECT_NEAR(found.objective, (alpha.dot(slope) / 2 + p.dot(alpha)).item<double>(),
                1e-6 * std::abs(found.objective));
  }
};

/// x = 0, 1 and 3 with signs -, + and + and a wide margin: the nearest two alone hold it, α = 2/(1 - 0)²
/// each.
TEST_F(DecompositionTest, ThreePointsByHand) {
  const auto X = at::tensor({0.0, 1.0, 3.0}, at::kDouble).unsqueeze(1);
  const auto kernel = kernel_matrix(make_kernel({{"name", "linear"}}, X, "test"), X);
  const auto problem = classification({-1, 1, 1}, 10);
  const auto found = minimise(problem, *kernel, {.tolerance = 1e-9});
  EXPECT_NEAR(found.alpha[0], 2, 1e-7);
  EXPECT_NEAR(found.alpha[1], 2, 1e-7);
  EXPECT_EQ(found.alpha[2], 0);
  EXPECT_NEAR(found.objective, -2, 1e-7);
  EXPECT_NEAR(multiplier(problem, found, 0), -1, 1e-7);
}

TEST_F(DecompositionTest, FindsWhatEnumerationFinds) {
  const auto [X, y] = noisy(8, 2);
  const auto kernel = gaussian(0.7);
  const auto K = gram(*kernel, X);
  const auto matrix = kernel_matrix(kernel, X);
  for (const double C : {0.3, 1.0, 20.0}) {
    const auto problem = classification(y, C);
    const auto found = minimise(problem, *matrix, {.tolerance = 1e-8});
    EXPECT_NEAR(found.objective, enumerated(problem, K), 1e-6 * (1 + C));
  }
  std::vector<double> z;
  for (int64_t i = 0; i < 4; ++i) z.push_back(X[i].sum().sin().item<double>());
  const auto some = regression(z, 0.8, 0.1);
  const auto found = minimise(some, *kernel_matrix(kernel, X.slice(0, 0, 4)), {.tolerance = 1e-8});
  EXPECT_NEAR(found.objective, enumerated(some, K.slice(0, 0, 4).slice(1, 0, 4)), 1e-6);
}

/// More points than a working set has room for, so that sets change.
TEST_F(DecompositionTest, MeetsTheConditionsThatItReports) {
  const auto [X, y] = noisy(900, 3);
  const auto kernel = gaussian(0.8);
  const auto K = gram(*kernel, X);
  const auto matrix = kernel_matrix(kernel, X);
  std::vector<double> z;
  for (int64_t i = 0; i < 900; ++i) z.push_back(y[static_cast<size_t>(i)] + X[i][0].item<double>());
  for (const auto& problem : {classification(y, 1), classification(y, 500), regression(z, 2, 0.1)}) {
    const auto found = minimise(problem, *matrix, {.tolerance = 1e-4});
    EXPECT_LE(found.violation, 1e-4);
    EXPECT_GT(found.working_sets, 1);
    expect_optimal(problem, found, K, 1e-4);
  }
}

TEST_F(DecompositionTest, ShrinkingChangesNoMinimum) {
  const auto [X, y] = noisy(2000, 10);
  const auto matrix = kernel_matrix(gaussian(3), X);
  const auto problem = classification(y, 300);
  const auto plain = minimise(problem, *matrix, {.tolerance = 1e-4, .shrinking = false});
  const auto shrunk = minimise(problem, *matrix, {.tolerance = 1e-4});
  EXPECT_GT(plain.working_sets, 100) << "else nothing was shrunk";
  EXPECT_LE(shrunk.violation, 1e-4);
  EXPECT_NEAR(shrunk.objective, plain.objective, 1e-6 * std::abs(plain.objective));
}

TEST_F(DecompositionTest, ACacheOfTwoRowsIsEnough) {
  const auto [X, y] = noisy(100, 3);
  const auto matrix = kernel_matrix(gaussian(0.6), X);
  const auto problem = classification(y, 2);
  const auto plain = minimise(problem, *matrix, {.tolerance = 1e-3});
  const auto of_two_rows = minimise(problem, *matrix, {.tolerance = 1e-3, .cache_bytes = 2 * 4 * 100});
  EXPECT_NEAR(of_two_rows.objective, plain.objective, 1e-5 * std::abs(plain.objective));
  EXPECT_THAT(mistake([&] { minimise(problem, *matrix, {.cache_bytes = 4 * 100}); }),
              testing::HasSubstr("must hold two rows of 100 numbers, 800 bytes, has 400; raise it"));
}

TEST_F(DecompositionTest, TheNumberOfThreadsChangesNoBit) {
  const auto [X, y] = noisy(1500, 5);
  const auto matrix = kernel_matrix(gaussian(1), X);
  const auto problem = classification(y, 10);
  const auto before = at::get_num_threads();
  at::set_num_threads(1);
  const auto one = minimise(problem, *matrix, {});
  at::set_num_threads(2);
  const auto two = minimise(problem, *matrix, {});
  at::set_num_threads(before);
  EXPECT_EQ(one.alpha, two.alpha);
  EXPECT_EQ(one.values, two.values);
}

/// Of shapes of which LibTorch shares a product among threads in one way or another.
TEST_F(DecompositionTest, TheNumberOfThreadsChangesNoBitOfSmallMatrices) {
  const auto before = at::get_num_threads();
  for (int64_t n = 3; n < 40; ++n) {
    for (const int64_t d : {1, 5, 40}) {
      const auto X = at::randn({n, d}, at::kDouble);
      const auto matrix = kernel_matrix(gaussian(1), X);
      std::vector<int64_t> all(static_cast<size_t>(n));
      std::iota(all.begin(), all.end(), 0);
      const auto columns = matrix->columns(all);
      std::vector<float> found[2];
      at::Tensor exact[2];
      for (int threads : {1, 2}) {
        at::set_num_threads(threads);
        auto& numbers = found[threads - 1];
        numbers.resize(all.size() * all.size());
        std::vector<float*> rows;
        for (size_t i = 0; i < all.size(); ++i) rows.push_back(numbers.data() + i * all.size());
        columns->rows(all, rows);
        exact[threads - 1] = matrix->exact(all, all);
      }
      EXPECT_EQ(found[0], found[1]) << n << " points, d = " << d;
      EXPECT_TRUE(exact[0].equal(exact[1])) << n << " points, d = " << d;
    }
  }
  at::set_num_threads(before);
}

/// A Gaussian kernel does not know where 0 is, and float32 must not either.
TEST_F(DecompositionTest, AnOffsetOfAllPointsChangesLittle) {
  const auto [X, y] = noisy(60, 3);
  const auto problem = classification(y, 10);
  const auto near = minimise(problem, *kernel_matrix(gaussian(1), X), {.tolerance = 1e-6}),
             far = minimise(problem, *kernel_matrix(gaussian(1), X + 1e6), {.tolerance = 1e-6});
  EXPECT_NEAR(near.objective, far.objective, 1e-6 * std::abs(near.objective));
}

TEST_F(DecompositionTest, ALimitOfPairsIsKept) {
  const auto [X, y] = noisy(500, 3);
  const auto problem = classification(y, 100);
  const auto found = minimise(problem, *kernel_matrix(gaussian(0.5), X), {.max_iterations = 20});
  EXPECT_EQ(found.iterations, 20);
  EXPECT_GT(found.violation, 1e-3);
}

/// Of either sign's coefficients the sum stays, and the conditions hold among those of one sign.
TEST_F(DecompositionTest, KeepsTheSumOfEachSign) {
  const auto [X, y] = noisy(600, 3);
  auto problem = classification(y, 1);
  problem.linear.assign(y.size(), 0);
  problem.keeps_each_sign = true;
  for (const double sign : {1.0, -1.0}) {
    double left = 60;
    for (size_t i = 0; i < y.size(); ++i)
      if (y[i] == sign) left -= problem.start[i] = std::min(1.0, left);
  }
  const auto found = minimise(problem, *kernel_matrix(gaussian(0.8), X), {.tolerance = 1e-6});
  EXPECT_LE(found.violation, 1e-6);
  double above = 0, below = 0;
  for (size_t i = 0; i < y.size(); ++i) (y[i] > 0 ? above : below) += found.alpha[i];
  EXPECT_NEAR(above, 60, 1e-9);
  EXPECT_NEAR(below, 60, 1e-9);
  for (const double sign : {1.0, -1.0}) {
    const auto level = multiplier(problem, found, sign);
    for (size_t i = 0; i < y.size(); ++i) {
      if (y[i] != sign) continue;
      const auto gain = -found.values[i];
      if (can_rise(sign, found.alpha[i], 1)) EXPECT_LE(gain, level + 1e-6);
      if (can_fall(sign, found.alpha[i], 1)) EXPECT_GE(gain, level - 1e-6);
    }
  }
}

}  // namespace
}  // namespace spinlab::models
