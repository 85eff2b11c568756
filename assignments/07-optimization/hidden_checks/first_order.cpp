// Gradient descent with and without momentum, and the methods with a step for each element: other functions
// than in checks.cpp, other streams of the seed, the edges of each definition.
#include <cmath>

#include "assignments/07-optimization/calls.h"
#include "assignments/07-optimization/problems.h"

namespace {

using namespace spinlab;
using namespace optimization::problems;

TEST(GradientDescent, MovesEachEigenvectorByItsOwnFactor) {
  const auto quadratic = with_spectrum(uniform({5}, 0.05, 3, "spectrum"), "modes");
  const auto start = normal({5}, "modes start");
  const auto path = gradient_descent(quadratic.gradient(), start, 0.6, 33);
  ASSERT_EQ(path.sizes(), at::IntArrayRef({34, 5}));
  const auto modes = quadratic.V.t().matmul(start - quadratic.minimum);
  for (const int t : {1, 9, 33}) {
    const auto factor = torch::pow(1 - 0.6 * quadratic.eigenvalues, t);
    EXPECT_CLOSE(path[t], quadratic.minimum + quadratic.V.matmul(factor * modes), atol(1e-11));
  }
}

/// It takes the steps that it is asked for, none or twenty that lead nowhere.
TEST(GradientDescent, TakesAsManyStepsAsItIsAskedFor) {
  const auto x0 = vector({3, 4});
  EXPECT_CLOSE(gradient_descent(constant(vector({1, 2})), x0, 0.5, 1)[1], vector({2.5, 3}), atol(1e-14));
  EXPECT_CLOSE(gradient_descent(constant(vector({1, 2})), x0, 0.5, 0), x0.unsqueeze(0), atol(0.0));
  EXPECT_CLOSE(gradient_descent(constant(vector({0, 1e-12})), x0, 0.5, 20), x0.expand({21, 2}), atol(1e-10));
  EXPECT_CLOSE(gradient_descent(constant(vector({0, 1e-12})), x0, 1e12, 3)[3], vector({3, 1}), atol(1e-12));
}

TEST(GradientDescent, RefusesWhatIsOutOfRange) {
  const auto gradient = constant(vector({1, 2}));
  const auto x0 = vector({3, 4});
  between_right_answers(
      [&] { EXPECT_CLOSE(gradient_descent(gradient, x0, 0.5, 1)[1], vector({2.5, 3}), atol(1e-14)); },
      [&] {
        EXPECT_THROW(gradient_descent(gradient, x0, 0.0, 2), StudentError);
        EXPECT_THROW(gradient_descent(gradient, x0, -0.1, 2), StudentError);
        EXPECT_THROW(gradient_descent(gradient, x0, 0.1, -1), StudentError);
        EXPECT_THROW(gradient_descent(gradient, x0.unsqueeze(1), 0.1, 2), StudentError);
        EXPECT_THROW(gradient_descent(constant(vector({1})), x0, 0.1, 2), StudentError);
      });
}

/// 1 above 0.9 and 0 below: what started at 1 has met one gradient, and goes on by momentum alone.
Tensor edge_of_a_plain(const Tensor& x) { return (x > 0.9).to(torch::kFloat64); }

/// 1 − 0.2 (1 + ½ + … ), from 1 with the step 0.2 and the momentum ½; what starts on the plain stays.
Tensor coasting(int64_t steps) {
  const auto sums = 2 * (1 - torch::pow(0.5, torch::arange(steps + 1, torch::kFloat64)));
  return torch::stack({1 - 0.2 * sums, torch::full({steps + 1}, 0.4, torch::kFloat64)}, 1);
}

/// The roots of z² − (1 + β − ηλ) z + β lie within the unit circle for η < 2 (1 + β)/λ; beyond it one is real
/// and below −1.
TEST(HeavyBall, DivergesBeyondItsLargestStep) {
  const double lambda = number(0.5, 5, "lambda"), beta = number(0.3, 0.8, "beta");
  const auto gradient = [&](const Tensor& x) { return lambda * x; };
  const double limit = 2 * (1 + beta) / lambda;
  const auto below = heavy_ball(gradient, vector({1}), {0.97 * limit, beta}, 300);
  const auto above = heavy_ball(gradient, vector({1}), {1.03 * limit, beta}, 300);
  EXPECT_LT(below[-1].abs().item<double>(), 0.1);
  EXPECT_GT(above[-1].abs().item<double>(), 100);
}

TEST(HeavyBall, TheEdgesOfTheDefinition) {
  const auto gradient = bumpy_gradient(3, "edges");
  const auto x0 = normal({3}, "edges start");
  EXPECT_CLOSE(heavy_ball(gradient, x0, {0.1, 0.0}, 6), gradient_descent(gradient, x0, 0.1, 6), atol(1e-13));
  EXPECT_CLOSE(heavy_ball(gradient, x0, {0.1, 0.5}, 0), x0.unsqueeze(0), atol(0.0));
  EXPECT_CLOSE(heavy_ball(edge_of_a_plain, vector({1, 0.4}), {0.2, 0.5}, 8), coasting(8), atol(1e-13));
  EXPECT_CLOSE(best_heavy_ball(2.0, 2.0).step, 0.5, rtol(1e-12));  // one curvature: no momentum is needed
  EXPECT_CLOSE(best_heavy_ball(2.0, 2.0).momentum, 0.0, atol(1e-12));
}

TEST(HeavyBall, RefusesWhatIsOutOfRange) {
  const auto gradient = constant(vector({1, 2}));
  const auto x0 = vector({3, 4});
  between_right_answers(
      [&] { EXPECT_CLOSE(heavy_ball(gradient, x0, {0.5, 0.2}, 2)[2], vector({1.9, 1.8}), atol(1e-14)); },
      [&] {
        EXPECT_THROW(heavy_ball(gradient, x0, {0.1, 1.0}, 3), StudentError);
        EXPECT_THROW(heavy_ball(gradient, x0, {0.1, -0.1}, 3), StudentError);
        EXPECT_THROW(heavy_ball(gradient, x0, {0.0, 0.5}, 3), StudentError);
        EXPECT_THROW(heavy_ball(gradient, x0, {0.1, 0.5}, -3), StudentError);
        EXPECT_THROW(heavy_ball(constant(vector({1})), x0, {0.1, 0.5}, 3), StudentError);
      });
  between_right_answers([] { EXPECT_CLOSE(best_heavy_ball(1.0, 4.0).step, 4.0 / 9, rtol(1e-12)); },
                        [] {
                          EXPECT_THROW(best_heavy_ball(0.0, 1.0), StudentError);
                          EXPECT_THROW(best_heavy_ball(2.0, 1.0), StudentError);
                        });
}

/// On an eigenvector with curvature λ the errors obey e_{t+1} = (1 − ηλ) ((1 + β) e_t − β e_{t−1}).
TEST(Nesterov, ObeysItsRecursionOnEachEigenvector) {
  const auto quadratic = with_spectrum(uniform({4}, 0.1, 3, "recursion spectrum"), "recursion");
  const auto start = normal({4}, "recursion start");
  const auto path = nesterov(quadratic.gradient(), start, {0.3, 0.7}, 40);
  ASSERT_EQ(path.sizes(), at::IntArrayRef({41, 4}));
  auto last = quadratic.V.t().matmul(start - quadratic.minimum), now = last;
  for (int t = 1; t <= 40; ++t) {
    const auto next = (1 - 0.3 * quadratic.eigenvalues) * (1.7 * now - 0.7 * last);
    last = now;
    now = next;
    EXPECT_CLOSE(path[t], quadratic.minimum + quadratic.V.matmul(now), atol(1e-11))
        << "after " << t << " steps";
  }
}

TEST(Nesterov, TheEdgesOfTheDefinition) {
  const auto gradient = bumpy_gradient(3, "edges");
  const auto x0 = normal({3}, "edges start");
  EXPECT_CLOSE(nesterov(gradient, x0, {0.1, 0.0}, 6), gradient_descent(gradient, x0, 0.1, 6), atol(1e-13));
  EXPECT_CLOSE(nesterov(edge_of_a_plain, vector({1, 0.4}), {0.2, 0.5}, 8), coasting(8), atol(1e-13));
  EXPECT_CLOSE(best_nesterov(2.0, 2.0).step, 0.5, rtol(1e-12));
  EXPECT_CLOSE(best_nesterov(2.0, 2.0).momentum, 0.0, atol(1e-12));
}

TEST(Nesterov, RefusesWhatIsOutOfRange) {
  const auto gradient = constant(vector({1, 2, 3}));
  const auto x0 = vector({3, 4, 5});
  between_right_answers(
      [&] { EXPECT_CLOSE(nesterov(gradient, x0, {0.1, 0.5}, 1)[1], vector({2.9, 3.8, 4.7}), atol(1e-14)); },
      [&] {
        EXPECT_THROW(nesterov(gradient, x0, {0.1, 1.0}, 3), StudentError);
        EXPECT_THROW(nesterov(gradient, x0, {0.1, -0.5}, 3), StudentError);
        EXPECT_THROW(nesterov(constant(vector({1})), x0, {0.1, 0.5}, 3), StudentError);
        EXPECT_THROW(nesterov(gradient, x0, {-0.1, 0.5}, 3), StudentError);
        EXPECT_THROW(nesterov(gradient, x0, {0.1, 0.5}, -1), StudentError);
        EXPECT_THROW(nesterov(constant(vector({1, 2})), x0, {0.1, 0.5}, 3), StudentError);
      });
  between_right_answers([] { EXPECT_CLOSE(best_nesterov(1.0, 4.0).momentum, 1.0 / 3, rtol(1e-12)); },
                        [] {
                          EXPECT_THROW(best_nesterov(0.0, 1.0), StudentError);
                          EXPECT_THROW(best_nesterov(2.0, 1.0), StudentError);
                        });
}

/// Under a constant gradient g the t-th step is η g/(|g| √t + ε).
TEST(Adagrad, SlowsDownAsTheRootOfTime) {
  const auto g = normal({4}, "constant gradient"), x0 = normal({4}, "start");
  const auto path = adagrad(constant(g), x0, {0.3, 0.02}, 30);
  ASSERT_EQ(path.sizes(), at::IntArrayRef({31, 4}));
  const auto root = torch::arange(1, 31, torch::kFloat64).sqrt().unsqueeze(1);
  EXPECT_CLOSE(path.slice(0, 1), x0 - 0.3 * (g / (g.abs() * root + 0.02)).cumsum(0), atol(1e-12));
}

TEST(Adagrad, RefusesWhatIsOutOfRange) {
  const auto gradient = constant(vector({2}));
  const auto x0 = vector({1});
  between_right_answers(
      [&] { EXPECT_CLOSE(adagrad(gradient, x0, {0.3, 1.0}, 1)[1], vector({0.8}), atol(1e-14)); },
      [&] {
        EXPECT_THROW(adagrad(gradient, x0, {0.3, 0.0}, 3), StudentError);
        EXPECT_THROW(adagrad(gradient, x0, {0.0, 0.1}, 3), StudentError);
        EXPECT_THROW(adagrad(gradient, x0, {0.3, 0.1}, -1), StudentError);
        EXPECT_THROW(adagrad(constant(vector({1, 2})), x0, {0.1, 1e-8}, 1), StudentError);
      });
}

/// Under a constant gradient v_t = (1 − ρᵗ) g²: the first steps are the longest, without a correction.
TEST(RmsProp, StartsWithLongSteps) {
  const auto g = normal({4}, "constant gradient"), x0 = normal({4}, "start");
  const auto path = rmsprop(constant(g), x0, {0.01, 0.9, 0.02}, 30);
  ASSERT_EQ(path.sizes(), at::IntArrayRef({31, 4}));
  const auto root = (1 - torch::pow(0.9, torch::arange(1, 31, torch::kFloat64))).sqrt().unsqueeze(1);
  EXPECT_CLOSE(path.slice(0, 1), x0 - 0.01 * (g / (g.abs() * root + 0.02)).cumsum(0), atol(1e-12));
  const auto forgetful = rmsprop(constant(g), x0, {0.01, 0.0, 0.02}, 1);  // v_1 = g²
  EXPECT_CLOSE(forgetful[1], x0 - 0.01 * g / (g.abs() + 0.02), atol(1e-13));
}

TEST(RmsProp, RefusesWhatIsOutOfRange) {
  const auto gradient = constant(vector({2}));
  const auto x0 = vector({1});
  between_right_answers(
      [&] { EXPECT_CLOSE(rmsprop(gradient, x0, {0.2, 0.75, 1.0}, 1)[1], vector({0.8}), atol(1e-14)); },
      [&] {
        EXPECT_THROW(rmsprop(gradient, x0, {0.01, 1.0, 0.1}, 3), StudentError);
        EXPECT_THROW(rmsprop(gradient, x0, {0.01, -0.1, 0.1}, 3), StudentError);
        EXPECT_THROW(rmsprop(gradient, x0, {0.01, 0.9, -0.1}, 3), StudentError);
        EXPECT_THROW(rmsprop(gradient, x0, {0.0, 0.9, 0.1}, 3), StudentError);
        EXPECT_THROW(rmsprop(constant(vector({1, 2})), x0, {0.1, 0.9, 1e-8}, 1), StudentError);
      });
}

/// With the bias corrected, every step under a constant gradient is η g/(|g| + ε), the first like the others.
TEST(Adam, TakesEqualStepsUnderAConstantGradient) {
  const auto g = vector({1e-9, -1e-6, 1e-3, 50}), x0 = normal({4}, "start");
  const auto path = adam(constant(g), x0, {0.02, 0.9, 0.999, 1e-6, 0.0}, 20);
  ASSERT_EQ(path.sizes(), at::IntArrayRef({21, 4}));
  const auto steps = torch::arange(21, torch::kFloat64).unsqueeze(1);
  EXPECT_CLOSE(path, x0 - 0.02 * steps * g / (g.abs() + 1e-6), atol(1e-11));
}

/// Without memory the moments are g and g².
TEST(Adam, TheEdgesOfTheDefinition) {
  const auto gradient = constant(vector({1, -3}));
  const auto x0 = vector({3, 4});
  EXPECT_CLOSE(adam(gradient, x0, {0.1, 0.9, 0.99, 1e-8, 0.0}, 0), x0.unsqueeze(0), atol(0.0));
  EXPECT_CLOSE(adam(gradient, x0, {0.1, 0.0, 0.0, 1.0, 0.0}, 2)[2], vector({2.9, 4.15}), atol(1e-13));
  // After one gradient none: the averages go on.
  double x = 1;
  for (int t = 1; t <= 5; ++t) {
    const double mean = std::pow(0.9, t - 1) * 0.1 / (1 - std::pow(0.9, t));
    const double square = std::pow(0.99, t - 1) * 0.01 / (1 - std::pow(0.99, t));
    x -= 0.2 * mean / (std::sqrt(square) + 1e-8);
  }
  const auto path = adam(edge_of_a_plain, vector({1, 0.4}), {0.2, 0.9, 0.99, 1e-8, 0.0}, 5);
  EXPECT_CLOSE(path[5], vector({x, 0.4}), atol(1e-12));
}

/// The same of both.
template <typename Optimizer>
void expect_refusals(const Optimizer& optimizer) {
  const auto gradient = constant(vector({1, 2}));
  const auto x0 = vector({3, 4});
  between_right_answers(
      [&] {
        const auto path = optimizer(gradient, x0, {0.1, 0.9, 0.99, 1.0, 0.0}, 1);
        EXPECT_CLOSE(path[1], vector({2.95, 4 - 0.2 / 3}), atol(1e-12));
      },
      [&] {
        EXPECT_THROW(optimizer(gradient, x0, {0.0, 0.9, 0.99, 1e-8, 0.0}, 1), StudentError);
        EXPECT_THROW(optimizer(gradient, x0, {0.1, 1.0, 0.99, 1e-8, 0.0}, 1), StudentError);
        EXPECT_THROW(optimizer(gradient, x0, {0.1, 0.9, 1.0, 1e-8, 0.0}, 1), StudentError);
        EXPECT_THROW(optimizer(gradient, x0, {0.1, 0.9, 0.99, 0.0, 0.0}, 1), StudentError);
        EXPECT_THROW(optimizer(gradient, x0, {0.1, 0.9, 0.99, 1e-8, -0.1}, 1), StudentError);
        EXPECT_THROW(optimizer(gradient, x0, {0.1, 0.9, 0.99, 1e-8, 0.0}, -1), StudentError);
        EXPECT_THROW(optimizer(gradient, x0.unsqueeze(0), {0.1, 0.9, 0.99, 1e-8, 0.0}, 1), StudentError);
        EXPECT_THROW(optimizer(constant(vector({1})), x0, {0.1, 0.9, 0.99, 1e-8, 0.0}, 1), StudentError);
      });
}

TEST(Adam, RefusesWhatIsOutOfRange) { expect_refusals(adam); }
TEST(AdamW, RefusesWhatIsOutOfRange) { expect_refusals(adamw); }

/// x shrinks by 1 − η w a step, whatever the moments do: a constant gradient adds the same step each time.
TEST(AdamW, TheDecayIsNotDividedByTheMoments) {
  const auto g = vector({0, 0, 0.3}), x0 = vector({2, -1, 0});
  const auto path = adamw(constant(g), x0, {0.05, 0.9, 0.99, 1e-8, 0.8}, 40);
  ASSERT_EQ(path.sizes(), at::IntArrayRef({41, 3}));
  const auto decay = torch::pow(0.96, torch::arange(41, torch::kFloat64));
  EXPECT_CLOSE(path.select(1, 0), 2 * decay, atol(1e-12));
  EXPECT_CLOSE(path.select(1, 1), -decay, atol(1e-12));
  EXPECT_CLOSE(path.select(1, 2), -0.05 / 0.04 * (1 - decay), atol(1e-6));
}

}  // namespace
