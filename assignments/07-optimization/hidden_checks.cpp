// The checks that never leave the instructor: other functions, other streams of the seed, the edges of each
// definition.
#include <cmath>
#include <string>
#include <vector>

#include "calls.h"
#include "nist_problems.h"
#include "problems.h"
#include "src/core/seed.h"

namespace {

using namespace spinlab;
using namespace optimization::problems;

Tensor zeros(at::IntArrayRef shape) { return torch::zeros(shape, torch::kFloat64); }
Tensor eye(int64_t d) { return torch::eye(d, torch::kFloat64); }

Map constant(const Tensor& value) {
  return [value](const Tensor&) { return value; };
}

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

/// Points a_i, losses ½ Σ λ_j (x_j − a_ij)², batches of 2 drawn with replacement: the gradient's variance is
/// λ_j² s_j²/2, so x_j has the variance η λ_j s_j² / (2 (2 − η λ_j)). Its ratio to that, averaged over 24
/// coordinates and 1450 steps, has the standard deviation 0.0155 (measured with 400 seeds): 0.1 is 6 of them,
/// 2e-9. Without replacement the ratio is 0.691 ± 0.006. A larger step forgets faster, so that fewer will do.
TEST(Sgd, EndsInTheStationaryVariance) {
  const auto a = normal({20, 24}, "points");
  const auto lambda = torch::linspace(0.5, 1.5, 24, torch::kFloat64);
  const auto gradient = [&](const Tensor& x, const Tensor& indices) {
    return lambda * (x - a.index({indices}).mean(0));
  };
  const double step = 0.4;
  const auto path = sgd(gradient, a.mean(0), {20, 2, step, 150, true, seed("sgd")});
  ASSERT_EQ(path.sizes(), at::IntArrayRef({1501, 24}));
  const auto measured = (path.slice(0, 51) - a.mean(0)).square().mean(0);
  const auto expected = step * lambda * a.var(0, /*unbiased=*/false) / (2 * (2 - step * lambda));
  EXPECT_CLOSE((measured / expected).mean().item<double>(), 1.0, atol(0.1));
}

/// Two runs agree by chance with the probability 1/20! = 4e-19.
TEST(Sgd, TheSeedDecides) {
  const auto a = normal({20, 3}, "seeded points");
  const auto gradient = [&](const Tensor& x, const Tensor& indices) {
    return x - a.index({indices}).mean(0);
  };
  const auto x0 = zeros({3});
  const auto path = sgd(gradient, x0, {20, 1, 0.2, 2, false, 5});
  EXPECT_TRUE(path.equal(sgd(gradient, x0, {20, 1, 0.2, 2, false, 5})));
  EXPECT_FALSE(path.equal(sgd(gradient, x0, {20, 1, 0.2, 2, false, 6})));
  const auto drawn = sgd(gradient, x0, {20, 1, 0.2, 2, true, 5});
  EXPECT_TRUE(drawn.equal(sgd(gradient, x0, {20, 1, 0.2, 2, true, 5})));
  EXPECT_FALSE(drawn.equal(sgd(gradient, x0, {20, 1, 0.2, 2, true, 6})));
}

/// The last batch is a batch like the others: its gradient is a mean already.
TEST(Sgd, TheEdgesOfTheDefinition) {
  std::vector<int64_t> sizes;
  const auto gradient = [&](const Tensor& x, const Tensor& indices) {
    sizes.push_back(indices.numel());
    return torch::ones_like(x);
  };
  const auto x0 = vector({1, 2});
  EXPECT_CLOSE(sgd(gradient, x0, {4, 2, 0.1, 0, false, 1}), x0.unsqueeze(0), atol(0.0));
  const auto drawn = sgd(gradient, x0, {7, 3, 0.1, 1, true, 1});
  EXPECT_EQ(sizes, std::vector<int64_t>({3, 3, 3}));
  sizes.clear();
  const auto cut = sgd(gradient, x0, {7, 3, 0.1, 1, false, 1});
  EXPECT_EQ(sizes, std::vector<int64_t>({3, 3, 1}));
  for (const auto& path : {drawn, cut})
    EXPECT_CLOSE(path, x0 - 0.1 * torch::arange(4, torch::kFloat64).unsqueeze(1), atol(1e-13));
}

TEST(Sgd, RefusesWhatIsOutOfRange) {
  const auto gradient = [](const Tensor& x, const Tensor&) { return torch::ones_like(x); };
  const auto x0 = vector({1, 2});
  between_right_answers(
      [&] { EXPECT_CLOSE(sgd(gradient, x0, {4, 4, 0.5, 1, false, 1})[1], vector({0.5, 1.5}), atol(1e-14)); },
      [&] {
        EXPECT_THROW(sgd(gradient, x0, {4, 5, 0.1, 1, false, 1}), StudentError);
        EXPECT_THROW(sgd(gradient, x0, {4, 0, 0.1, 1, false, 1}), StudentError);
        EXPECT_THROW(sgd(gradient, x0, {4, 2, 0.0, 1, false, 1}), StudentError);
        EXPECT_THROW(sgd(gradient, x0, {4, 2, 0.1, -1, false, 1}), StudentError);
      });
}

/// 10000 walkers descend, here, with noise that mixes the eigenvectors. After 25 steps the start is forgotten
/// to 0.7⁵⁰ = 2e-8. An element of their covariance has a standard deviation of at most √2 √(C_ii C_jj)/100:
/// the tolerance is 6 of these, 2e-9 for one element and 1e-8 for the six.
TEST(StationaryCovariance, IsWhereNoisyDescentEnds) {
  const auto quadratic = with_spectrum(vector({0.5, 1.0, 2.4}), "walkers");
  const auto root = normal({3, 3}, "walkers noise") + eye(3);
  const auto generator = make_generator(check_seed(), "walkers steps");
  auto end = zeros({10000, 3});
  for (int step = 0; step < 25; ++step) {
    const auto noise = torch::randn({10000, 3}, generator, torch::kFloat64).matmul(root.t());
    end = end - 0.6 * (end.matmul(quadratic.H) + noise);
  }
  const auto measured = end.t().matmul(end) / 10000;
  const auto C = stationary_covariance(quadratic.H, root.matmul(root.t()), 0.6);
  ASSERT_EQ(C.sizes(), at::IntArrayRef({3, 3}));
  const auto scale = torch::outer(measured.diagonal(), measured.diagonal()).sqrt();
  EXPECT_CLOSE((C - measured) / scale, zeros({3, 3}), atol(0.085));
}

TEST(StationaryCovariance, RefusesWhatIsNotStationary) {
  const auto H = torch::diag(vector({1, 4}));
  const double step = number(0.1, 0.45, "stationary step");
  between_right_answers(
      [&] {
        const auto C = stationary_covariance(H, eye(2), step);
        EXPECT_CLOSE(C.diagonal(), step / (vector({2, 8}) - step * vector({1, 16})), rtol(1e-12));
      },
      [&] {
        EXPECT_THROW(stationary_covariance(H, eye(2), 0.5), StudentError);
        EXPECT_THROW(stationary_covariance(H, eye(2), 0.0), StudentError);
        EXPECT_THROW(stationary_covariance(torch::diag(vector({1, -1})), eye(2), 0.1), StudentError);
        EXPECT_THROW(stationary_covariance(torch::diag(vector({1, 0})), eye(2), 0.1), StudentError);
        EXPECT_THROW(stationary_covariance(H, eye(3), 0.1), StudentError);
        EXPECT_THROW(stationary_covariance(H[0], eye(2), 0.1), StudentError);
      });
}

/// x = A z turns the gradient into Aᵀg and the Hessian into AᵀHA: Newton's paths are images of each other.
TEST(Newton, DoesNotDependOnTheUnits) {
  const auto c = uniform({3}, 0.5, 2, "cosh");
  const auto gradient = [&](const Tensor& x) { return c * torch::sinh(x) - 0.3; };
  const auto hessian = [&](const Tensor& x) { return torch::diag(c * torch::cosh(x)); };
  const auto A = torch::diag(vector({10, 1, 0.1})).matmul(rotation(3, "turn"));
  const auto start = normal({3}, "newton units");
  const auto image = newton(gradient, hessian, start, 6);
  const auto path = newton([&](const Tensor& z) { return A.t().matmul(gradient(A.matmul(z))); },
                           [&](const Tensor& z) { return A.t().matmul(hessian(A.matmul(z))).matmul(A); },
                           A.t().matmul(torch::diag(vector({1e-2, 1, 1e2}))).matmul(start), 6);
  EXPECT_CLOSE(path.matmul(A.t()), image, atol(1e-8));
  EXPECT_CLOSE(image[6], torch::asinh(0.3 / c), atol(1e-9));
}

TEST(Newton, RefusesASaddle) {
  const auto gradient = constant(vector({1, 1}));
  const auto x0 = vector({0, 0});
  between_right_answers(
      [&] { EXPECT_CLOSE(newton(gradient, constant(2 * eye(2)), x0, 2)[2], vector({-1, -1}), atol(1e-13)); },
      [&] {
        EXPECT_THROW(newton(gradient, constant(torch::diag(vector({1, -1}))), x0, 1), StudentError);
        EXPECT_THROW(newton(gradient, constant(torch::diag(vector({1, 0}))), x0, 1), StudentError);
        EXPECT_THROW(newton(gradient, constant(eye(3)), x0, 1), StudentError);
        EXPECT_THROW(newton(gradient, constant(eye(2)), x0, -1), StudentError);
      });
}

/// At the maximum of the likelihood both components vanish.
TEST(GaussianGradient, VanishesAtTheSampleMoments) {
  const auto x = normal({25}, "moments") - 3;
  const auto best = torch::stack({x.mean(), x.std(/*unbiased=*/false).log()});
  EXPECT_CLOSE(gaussian_gradient(x, best), zeros({2}), atol(1e-12));
  EXPECT_CLOSE(gaussian_gradient(vector({1}), vector({0, 0})), vector({-1, 0}), atol(1e-14));
}

TEST(GaussianGradient, RefusesOtherShapesAndNoData) {
  const auto x = vector({1, 3}), theta = vector({2, 0});
  between_right_answers(
      [&] {
        EXPECT_CLOSE(gaussian_gradient(x, theta), vector({0, 0}), atol(1e-14));
        EXPECT_CLOSE(gaussian_fisher(theta), torch::diag(vector({1, 2})), atol(1e-14));
      },
      [&] {
        EXPECT_THROW(gaussian_gradient(x.unsqueeze(1), theta), StudentError);
        EXPECT_THROW(gaussian_gradient(x, vector({1, 2, 3})), StudentError);
        EXPECT_THROW(gaussian_gradient(x.slice(0, 0, 0), theta), StudentError);
        EXPECT_THROW(gaussian_fisher(vector({1})), StudentError);
      });
}

/// In the expectations m = (E x, E x²) of a Gaussian, F⁻¹∇L = m − m̂ exactly (an exponential family): one step
/// of 1 is the maximum of the likelihood. F⁻¹ is the covariance of (x, x²).
TEST(NaturalGradient, SolvesAnExponentialFamilyInOneStep) {
  const auto x = 1 + 1.3 * normal({50}, "family");
  const auto best = torch::stack({x.mean(), x.square().mean()});
  const auto inverse_fisher = [](const Tensor& m) {
    const double mean = m[0].item<double>(), variance = m[1].item<double>() - mean * mean;
    const double mixed = 2 * mean * variance;
    return vector({variance, mixed, mixed, 2 * variance * variance + 4 * mean * mean * variance})
        .view({2, 2});
  };
  const auto fisher = [&](const Tensor& m) { return torch::linalg_inv(inverse_fisher(m)); };
  const auto gradient = [&](const Tensor& m) { return fisher(m).matmul(m - best); };
  const double mean = number(-1, 1, "first mean");
  const auto start = vector({mean, mean * mean + number(0.5, 3, "first variance")});
  const auto path = natural_gradient(gradient, fisher, start, {1.0, 0.0}, 1);
  EXPECT_CLOSE(path[1], best, atol(1e-9));
  const auto half = natural_gradient(gradient, fisher, start, {0.5, 0.0}, 1);
  EXPECT_CLOSE(half[1], (start + best) / 2, atol(1e-9));
}

/// F changes from point to point, and its diagonal is not 1. Expected: the definition, by the inverse.
TEST(NaturalGradient, TakesTheFisherMatrixOfEachPoint) {
  const auto gradient = bumpy_gradient(3, "moving");
  const auto fisher = [](const Tensor& theta) {
    return torch::diag(vector({2, 5, 9}) + theta.square()) + 0.5 * torch::ones({3, 3}, torch::kFloat64);
  };
  auto theta = normal({3}, "moving start");
  const auto path = natural_gradient(gradient, fisher, theta, {0.4, 0.3}, 5);
  for (int t = 1; t <= 5; ++t) {
    theta = theta - 0.4 * torch::linalg_inv(fisher(theta) + 0.3 * eye(3)).matmul(gradient(theta));
    EXPECT_CLOSE(path[t], theta, atol(1e-10)) << "after " << t << " steps";
  }
}

/// Damping makes a singular F regular. Expected: Sherman and Morrison.
TEST(NaturalGradient, DampingMakesASingularMatrixRegular) {
  const auto g = normal({3}, "damped"), start = normal({3}, "damped start");
  const auto singular = constant(torch::ones({3, 3}, torch::kFloat64));
  const auto path = natural_gradient(constant(g), singular, start, {2.0, 0.5}, 1);
  EXPECT_CLOSE(path[1], start - 2 * (g - g.sum() / 3.5) / 0.5, atol(1e-11));
}

TEST(NaturalGradient, RefusesWhatIsOutOfRange) {
  const auto g = vector({1, 2, 3}), start = vector({0, 0, 0});
  between_right_answers(
      [&] {
        EXPECT_CLOSE(natural_gradient(constant(g), constant(2 * eye(3)), start, {1.0, 0.0}, 1)[1], -g / 2,
                     atol(1e-14));
      },
      [&] {
        EXPECT_THROW(natural_gradient(constant(g), constant(-eye(3)), start, {1.0, 0.0}, 1), StudentError);
        EXPECT_THROW(natural_gradient(constant(g), constant(eye(3)), start, {0.0, 0.0}, 1), StudentError);
        EXPECT_THROW(natural_gradient(constant(g), constant(eye(3)), start, {1.0, -0.1}, 1), StudentError);
        EXPECT_THROW(natural_gradient(constant(g), constant(eye(2)), start, {1.0, 0.0}, 1), StudentError);
      });
}

/// x_k minimises ½ xᵀA x − bᵀx over x_0 + span(r_0, A r_0, …, A^{k−1} r_0). [Nocedal and Wright, theorem 5.2]
TEST(ConjugateGradients, MinimiseOverTheKrylovSpace) {
  const auto quadratic = with_spectrum(torch::linspace(1, 20, 9, torch::kFloat64), "krylov");
  const auto b = normal({9}, "krylov b"), x0 = normal({9}, "krylov start");
  const auto product = [&](const Tensor& x) { return quadratic.H.matmul(x); };
  const auto path = conjugate_gradients(product, b, x0, {1e-9, 20});
  ASSERT_GE(path.size(0), 6);
  std::vector<Tensor> krylov{b - product(x0)};
  for (int k = 1; k <= 5; ++k) {
    const auto Q = std::get<0>(torch::linalg_qr(torch::stack(krylov, 1)));
    const auto projected = Q.t().matmul(quadratic.H).matmul(Q);
    const auto best = x0 + Q.matmul(torch::linalg_solve(projected, Q.t().matmul(krylov[0])));
    EXPECT_CLOSE(path[k], best, atol(1e-8)) << "after " << k << " steps";
    krylov.push_back(product(krylov.back()));
  }
}

/// ‖e_k‖_A ≤ 2 ((√κ−1)/(√κ+1))^k ‖e_0‖_A. [Nocedal and Wright, eq. 5.36] The number of steps to a tolerance
/// does not grow with the dimension, and products are what is counted.
TEST(ConjugateGradients, ConvergeAtTheRateOfTheRoot) {
  const auto lambda = torch::linspace(1, 100, 400, torch::kFloat64);
  const auto b = normal({400}, "large b");
  Watch watch;
  const auto path = conjugate_gradients(watch.on(Map([&](const Tensor& x) { return lambda * x; })), b,
                                        zeros({400}), {1e-8, 120});
  const auto energy = (lambda * (path - b / lambda).square()).sum(1).sqrt();
  for (int64_t k = 0; k < path.size(0); ++k) {
    const double bound = 2 * std::pow(9.0 / 11, k) * energy[0].item<double>();
    ASSERT_LE(energy[k].item<double>(), bound * (1 + 1e-9)) << "after " << k << " steps";
  }
  EXPECT_CLOSE(lambda * path[-1], b, atol(1e-6));
  EXPECT_EQ(watch.calls(), path.size(0));
}

/// ‖b − A x_k‖ falls below the tolerance at the last point and at none before, whatever the unit of b and
/// however far x0 lies.
TEST(ConjugateGradients, EndAtTheFirstSmallResidual) {
  const auto lambda = torch::linspace(1, 100, 200, torch::kFloat64);
  const auto product = [&](const Tensor& x) { return lambda * x; };
  for (const double unit : {1e-6, 1.0, 1e6})
    for (const double distance : {0.0, 1000.0}) {
      const auto b = unit * normal({200}, "unit b"), x0 = unit * distance * normal({200}, "far start");
      const auto path = conjugate_gradients(product, b, x0, {1e-3, 400});
      const auto residuals = torch::linalg_vector_norm(b - lambda * path, 2, 1) / b.norm();
      EXPECT_LE(residuals[-1].item<double>(), 1e-3 * (1 + 1e-6))
          << "unit " << unit << ", distance " << distance;
      EXPECT_TRUE((residuals.slice(0, 0, -1) > 1e-3 * (1 - 1e-6)).all().item<bool>())
          << "unit " << unit << ", distance " << distance;
    }
}

TEST(ConjugateGradients, TheEdgesOfTheDefinition) {
  const auto scaled = [](const Tensor& x) { return vector({1, 2, 5}) * x; };
  const auto b = vector({1, 1, 1});
  EXPECT_CLOSE(conjugate_gradients(scaled, vector({1, 2, 5}), b, {1e-9, 5}), b.unsqueeze(0), atol(0.0));
  EXPECT_CLOSE(conjugate_gradients(scaled, zeros({3}), zeros({3}), {1e-9, 5}), zeros({1, 3}), atol(0.0));
  const auto path = conjugate_gradients(scaled, b, zeros({3}), {1e-9, 5});
  EXPECT_CLOSE(path[-1], b / vector({1, 2, 5}), atol(1e-8)) << "elsewhere it takes steps";
}

TEST(ConjugateGradients, RefusesWhatIsOutOfRange) {
  const auto indefinite = [](const Tensor& x) { return vector({1, 1, -1}) * x; };
  const auto scaled = [](const Tensor& x) { return vector({1, 2, 5}) * x; };
  const auto b = vector({1, 1, 1});
  between_right_answers(
      [&] {
        const auto path = conjugate_gradients(scaled, b, zeros({3}), {1e-9, 9});
        EXPECT_CLOSE(path[-1], b / vector({1, 2, 5}), atol(1e-8));
      },
      [&] {
        EXPECT_THROW(conjugate_gradients(indefinite, vector({0.1, 0.1, 1}), zeros({3}), {1e-9, 9}),
                     StudentError);
        EXPECT_THROW(conjugate_gradients(scaled, b, zeros({3}), {1e-9, 2}), StudentError);
        EXPECT_THROW(conjugate_gradients(scaled, b, zeros({2}), {1e-9, 9}), StudentError);
        EXPECT_THROW(conjugate_gradients(scaled, b, zeros({3}), {0.0, 9}), StudentError);
        EXPECT_THROW(conjugate_gradients(constant(vector({1, 2})), b, zeros({3}), {1e-9, 9}), StudentError);
      });
}

/// −ln(4 − x) − x has a pole at 4 and its minimum at 3. In the direction 8 the first trials fall on NaN and
/// on the pole and must be cut back, not taken.
TEST(WolfeSearch, TurnsBackFromAPole) {
  const auto value = [](const Tensor& x) { return -torch::log(4 - x).item<double>() - x.item<double>(); };
  const auto gradient = [](const Tensor& x) { return 1 / (4 - x) - 1; };
  const optimization::Point from{vector({0}), -std::log(4.0), vector({-0.75})};
  const auto end = wolfe_search(value, gradient, from, vector({8}));
  EXPECT_LT(end.x.item<double>(), 4);
  EXPECT_LT(end.value, from.value);
}

/// Where it looks, from x = 0 in the direction 1.
std::vector<double> trials(const std::function<double(double)>& f,
                           const std::function<double(double)>& slope) {
  Watch watch;
  const auto value = watch.on(Scalar([&](const Tensor& x) { return f(x.item<double>()); }));
  const auto gradient = [&](const Tensor& x) { return vector({slope(x.item<double>())}); };
  wolfe_search(value, gradient, {vector({0}), f(0), vector({slope(0)})}, vector({1}));
  std::vector<double> all;
  for (int64_t i = 0; i < watch.calls(); ++i) all.push_back(watch.points()[i].item<double>());
  return all;
}

/// ½(α − m)² meets the conditions for m/10 ≤ α ≤ 2m(1 − 10⁻⁴); −α + e^{K(α − a)} falls steeply up to a wall.
/// The last one is lower than the start at 1024, but not by 10⁻⁴ · 1024.
TEST(WolfeSearch, TriesByDoublingAndBisection) {
  const auto parabola = [](double m) {
    return trials([m](double x) { return 0.5 * (x - m) * (x - m); }, [m](double x) { return x - m; });
  };
  const auto wall = [](double K, double a) {
    return trials([=](double x) { return -x + std::exp(K * (x - a)); },
                  [=](double x) { return -1 + K * std::exp(K * (x - a)); });
  };
  EXPECT_EQ(parabola(0.55), std::vector<double>({1}));
  EXPECT_EQ(parabola(25), std::vector<double>({1, 2, 4}));
  EXPECT_EQ(parabola(0.01), std::vector<double>({1, 0.5, 0.25, 0.125, 0.0625, 0.03125, 0.015625}));
  EXPECT_EQ(wall(30, 2.7), std::vector<double>({1, 2, 4, 3, 2.5, 2.75, 2.625}));
  EXPECT_EQ(wall(0.05, 1024 - 20 * std::log(1023.95)),
            std::vector<double>({1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 768, 896, 960}));
}

TEST(WolfeSearch, RefusesToClimbAndGivesUp) {
  const auto value = Scalar([](const Tensor& x) { return 0.5 * (x - 1).square().item<double>(); });
  const auto gradient = [](const Tensor& x) { return x - 1; };
  const optimization::Point from{vector({0}), 0.5, vector({-1})};
  Watch watch;
  between_right_answers(
      [&] { EXPECT_CLOSE(wolfe_search(value, gradient, from, vector({1})).x, vector({1}), atol(1e-14)); },
      [&] {
        EXPECT_THROW(wolfe_search(value, gradient, from, vector({-1})), StudentError);
        EXPECT_THROW(wolfe_search(value, gradient, from, vector({0})), StudentError);
        const auto falling = watch.on(Scalar([](const Tensor& x) { return -x.item<double>(); }));
        EXPECT_THROW(
            wolfe_search(falling, constant(vector({-1})), {vector({0}), 0, vector({-1})}, vector({1})),
            StudentError);
        EXPECT_EQ(watch.calls(), 60);
      });
}

TEST(BfgsUpdate, KeepsTheMatrixWhereTheCurvatureIsNotPositive) {
  const auto H = with_spectrum(uniform({3}, 0.5, 2, "kept spectrum"), "kept").H;
  const auto s = normal({3}, "kept s");
  EXPECT_CLOSE(bfgs_update(H, s, -s), H, atol(0.0));
  EXPECT_CLOSE(bfgs_update(H, s, zeros({3})), H, atol(0.0));
  EXPECT_CLOSE(bfgs_update(H, s, 2 * s).matmul(s), s / 2, atol(1e-12));
}

/// The curvatures are so near 1 that each search takes its first trial: x_{k+1} = x_k − H_k g_k. Expected:
/// the update in its other form, H + (1 + yᵀHy/yᵀs) ssᵀ/yᵀs − (H y sᵀ + s yᵀ H)/yᵀs.
TEST(Bfgs, TakesTheStepsOfTheDefinition) {
  const auto quadratic = with_spectrum(vector({0.7, 0.9, 1.2, 1.4}), "first steps");
  const auto gradient = quadratic.gradient();
  auto x = quadratic.minimum + normal({4}, "first steps start");
  const auto path = bfgs(quadratic.value(), gradient, x, {1e-9, 100});
  ASSERT_GE(path.size(0), 4);
  auto H = eye(4);
  for (int k = 0; k < 3; ++k) {
    const auto next = x - H.matmul(gradient(x));
    EXPECT_CLOSE(path[k + 1], next, atol(1e-10)) << "after " << k + 1 << " steps";
    const auto s = next - x, y = gradient(next) - gradient(x);
    if (k == 0) H = H * (y.dot(s) / y.dot(y));
    const auto Hy = H.matmul(y), ys = y.dot(s);
    H = H + (1 + y.dot(Hy) / ys) * torch::outer(s, s) / ys - (torch::outer(Hy, s) + torch::outer(s, Hy)) / ys;
    x = next;
  }
}

/// Ten unknowns at condition number 10⁴, where heavy ball with its best coefficients needs 1000 gradients.
TEST(Bfgs, NeedsFewGradientsOnAnIllConditionedQuadratic) {
  const auto spectrum = torch::logspace(-2, 2, 10, 10.0, torch::kFloat64);
  const auto quadratic = with_spectrum(spectrum, "ill-conditioned");
  Watch gradients;
  const auto path = bfgs(quadratic.value(), gradients.on(quadratic.gradient()),
                         quadratic.minimum + normal({10}, "ill-conditioned start"), {1e-7, 200});
  EXPECT_CLOSE(path[-1], quadratic.minimum, atol(1e-4));
  EXPECT_LE(gradients.calls(), 100);
}

TEST(Bfgs, TakesNoStepAtTheMinimum) {
  const auto valley = rosenbrock("edges valley");
  Watch values, gradients;
  const auto done =
      bfgs(values.on(valley.value()), gradients.on(valley.gradient()), valley.minimum(), {1e-8, 0});
  EXPECT_CLOSE(done, valley.minimum().unsqueeze(0), atol(0.0));
  EXPECT_LE(values.calls(), 1);
  EXPECT_EQ(gradients.calls(), 1);
}

TEST(Bfgs, RefusesWhatIsOutOfRange) {
  const auto valley = rosenbrock("refused valley");
  const auto value = valley.value();
  const auto gradient = valley.gradient();
  const auto start = vector({-1, 1});
  between_right_answers(
      [&] {
        EXPECT_CLOSE(bfgs(value, gradient, start, {1e-8, 200})[-1], valley.minimum(), atol(1e-6));
        EXPECT_CLOSE(bfgs_update(eye(1), vector({2}), vector({4})), vector({0.5}).view({1, 1}), atol(1e-14));
      },
      [&] {
        EXPECT_THROW(bfgs(value, gradient, start, {1e-8, 3}), StudentError);
        EXPECT_THROW(bfgs(value, gradient, start, {0.0, 99}), StudentError);
        EXPECT_THROW(bfgs(value, gradient, start.unsqueeze(1), {1e-8, 99}), StudentError);
        EXPECT_THROW(bfgs(value, constant(vector({1})), start, {1e-8, 99}), StudentError);
        EXPECT_THROW(bfgs_update(eye(3), vector({1, 2, 3}), vector({1})), StudentError);
        EXPECT_THROW(bfgs_update(eye(3), vector({1, 2}), vector({1, 2})), StudentError);
      });
}

void expect_certified(const std::string& name, std::initializer_list<int> starts) {
  const auto problem = nist_problem(name);
  for (const int start : starts) {
    const auto& x0 = start == 1 ? problem.data.start1 : problem.data.start2;
    const auto path = levenberg_marquardt(problem.residuals(), problem.jacobian(), x0, {1e-9, 400});
    EXPECT_CLOSE(path[-1], problem.data.certified, rtol(1e-6)) << name << " from start " << start;
  }
}

TEST(LevenbergMarquardt, ReachesTheMinimaOfHigherDifficulty) {
  for (const auto* name : {"Rat42", "Rat43", "Thurber"}) expect_certified(name, {1, 2});
  for (const auto* name : {"MGH09", "MGH17", "BoxBOD", "Eckerle4"}) expect_certified(name, {2});
}

/// With D in the unknowns' own units, x = S z leads to the same points for any diagonal S.
TEST(LevenbergMarquardt, DoesNotDependOnTheUnits) {
  const auto decay = noisy_decay("decay");
  const auto residuals = decay.residuals(), jacobian = decay.jacobian();
  const auto start = vector({1, 0.3}) + uniform({2}, 0, 0.1, "decay start"), S = vector({1e4, 1e-3});
  const auto image = levenberg_marquardt(residuals, jacobian, start, {1e-7, 60});
  const auto path =
      levenberg_marquardt([&](const Tensor& z) { return residuals(S * z); },
                          [&](const Tensor& z) { return jacobian(S * z) * S; }, start / S, {1e-7, 60});
  ASSERT_EQ(path.sizes(), image.sizes());
  EXPECT_CLOSE(path * S, image, rtol(1e-7));
  const auto slope = jacobian(image[-1]).t().matmul(residuals(image[-1]));
  EXPECT_CLOSE(slope, zeros({2}), atol(1e-5)) << "at the end of the path";
}

/// The definition, with the δ of each trial by another solver: D only grows, λ starts at 10⁻³ and changes by
/// factors of 10.
Tensor marquardts_path(const Map& residuals, const Map& jacobian, Tensor x, double tolerance) {
  std::vector<Tensor> path{x};
  auto D = torch::zeros_like(x);
  for (double lambda = 1e-3;;) {
    const auto J = jacobian(x), r = residuals(x), lengths = torch::linalg_vector_norm(J, 2, 0);
    if ((J.t().matmul(r).abs() <= tolerance * lengths * r.norm()).all().item<bool>())
      return torch::stack(path);
    D = torch::maximum(D, lengths);
    for (bool lower = false; !lower; lambda = lower ? lambda / 10 : 10 * lambda) {
      const auto damped = J.t().matmul(J) + lambda * torch::diag(D.square());
      const auto trial = x - torch::linalg_solve(damped, J.t().matmul(r));
      lower = residuals(trial).square().sum().item<double>() < r.square().sum().item<double>();
      if (lower) path.push_back(x = trial);
    }
  }
}

/// Far from the answer the columns of J are longer than near it, and the first trials overshoot.
TEST(LevenbergMarquardt, TakesTheStepsOfTheDefinition) {
  const auto decay = noisy_decay("path");
  const auto residuals = decay.residuals(), jacobian = decay.jacobian();
  const auto start = vector({20, 0.2}) + uniform({2}, 0, 0.05, "path start");
  const auto expected = marquardts_path(residuals, jacobian, start, 1e-5);
  const auto path = levenberg_marquardt(residuals, jacobian, start, {1e-5, 60});
  ASSERT_EQ(path.sizes(), expected.sizes());
  EXPECT_CLOSE(path, expected, rtol(1e-6));
}

/// Where the residuals vanish there is no angle to them: it must end all the same.
TEST(LevenbergMarquardt, EndsWhereTheResidualsVanish) {
  const auto valley = rosenbrock("residual valley");
  Watch residuals;
  const auto path = levenberg_marquardt(residuals.on(valley.residuals()), valley.jacobian(),
                                        rosenbrock_start("residual"), {1e-9, 200});
  EXPECT_CLOSE(path[-1], valley.minimum(), atol(1e-8));
  EXPECT_LE(residuals.calls(), 300);
}

/// ln x from five times its zero: the first trials are negative, so that their residuals are NaN.
TEST(LevenbergMarquardt, TurnsBackFromNaN) {
  const double zero = number(0.5, 4, "zero");
  const auto residuals = [&](const Tensor& x) {
    return torch::cat({torch::log(x / zero), 0.1 * (x / zero - 1)});
  };
  const auto jacobian = [&](const Tensor& x) {
    return torch::stack({1 / x, torch::full({1}, 0.1 / zero, x.options())});
  };
  const auto path = levenberg_marquardt(residuals, jacobian, vector({5 * zero}), {1e-9, 100});
  EXPECT_CLOSE(path[-1], vector({zero}), rtol(1e-9));
}

TEST(LevenbergMarquardt, RefusesWhatIsOutOfRange) {
  const auto valley = rosenbrock("refused valley");
  const auto residuals = valley.residuals(), jacobian = valley.jacobian();
  const auto start = vector({-1.2, 1}), one = vector({1}), wide = vector({1, 2}).view({1, 2});
  between_right_answers(
      [&] {
        const auto path = levenberg_marquardt(residuals, jacobian, start, {1e-9, 99});
        EXPECT_CLOSE(path[-1], valley.minimum(), rtol(1e-6));
      },
      [&] {
        EXPECT_THROW(levenberg_marquardt(residuals, jacobian, start, {1e-9, 2}), StudentError);
        EXPECT_THROW(levenberg_marquardt(residuals, jacobian, start, {0.0, 99}), StudentError);
        EXPECT_THROW(levenberg_marquardt(residuals, constant(eye(3)), start, {1e-9, 99}), StudentError);
        EXPECT_THROW(levenberg_marquardt(constant(one), constant(wide), start, {1e-9, 99}), StudentError);
        EXPECT_THROW(levenberg_marquardt(residuals, jacobian, start.unsqueeze(0), {1e-9, 99}), StudentError);
      });
}

}  // namespace
