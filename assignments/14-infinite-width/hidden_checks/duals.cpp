// Quadrature and duals: rounding, no variance, large and small ones, and refusals between right answers.
#include <cmath>

#include "assignments/14-infinite-width/calls.h"
#include "assignments/14-infinite-width/problems.h"

namespace {

using namespace spinlab;
using namespace infinite_width::problems;

/// On z^{2n} Gauss's rule is short by exactly n!.
TEST(GaussHermite, FailsFirstAtTwiceTheOrder) {
  for (const auto& [order, factorial, moment] :
       {std::tuple{1, 1.0, 1.0}, {3, 6.0, 15.0}, {5, 120.0, 945.0}}) {
    const auto rule = gauss_hermite(order);
    EXPECT_CLOSE(rule.nodes.pow(2 * order).dot(rule.weights).item<double>(), moment - factorial, atol(1e-9))
        << order;
  }
}

TEST(GaussHermite, OfHighOrder) {
  const auto rule = gauss_hermite(150);
  EXPECT_CLOSE(rule.weights.sum().item<double>(), 1.0, rtol(1e-11));
  EXPECT_CLOSE(rule.nodes.pow(8).dot(rule.weights).item<double>(), 105.0, rtol(1e-9));
  EXPECT_TRUE((rule.weights >= 0).all().item<bool>());
  EXPECT_CLOSE((3 * rule.nodes).cos().dot(rule.weights).item<double>(), std::exp(-4.5), atol(1e-11));
  EXPECT_GT(rule.nodes.max().item<double>(), 22);  // √(2 · 2 · 150) to first order
}

TEST(GaussHermite, RefusesNoNodes) {
  between_right_answers([&] { EXPECT_CLOSE(gauss_hermite(2).nodes, vector({-1, 1}), atol(1e-12)); },
                        [&] {
                          EXPECT_THROW(gauss_hermite(0), StudentError);
                          EXPECT_THROW(gauss_hermite(-3), StudentError);
                          EXPECT_THROW(gauss_hermite(151), StudentError);
                        });
}

TEST(GaussianMean, WithoutVarianceIsTheValueAtZero) {
  const auto cosine = [](const Tensor& u) { return u.cos() + 0.5; };
  between_right_answers(
      [&] {
        EXPECT_CLOSE(gaussian_mean(cosine, 0, 7), 1.5, rtol(1e-12));
        EXPECT_CLOSE(gaussian_mean(cosine, 4, 60), 0.5 + std::exp(-2), rtol(1e-10));
      },
      [&] {
        EXPECT_THROW(gaussian_mean(cosine, -1e-3, 7), StudentError);
        EXPECT_THROW(gaussian_mean(cosine, 1, 0), StudentError);
      });
}

/// Equal points with a correlation of 1 ± 10⁻¹⁵, opposite ones, and neighbours.
TEST(ReluDual, ForgivesRounding) {
  const double q = number(0.5, 3, "variance"), e = 1 + 4e-16;
  const auto K = q * torch::stack({vector({1, e, -e}), vector({e, 1, -e}), vector({-e, -e, 1})});
  const auto expected = q / 2 * torch::stack({vector({1, 1, 0}), vector({1, 1, 0}), vector({0, 0, 1})});
  EXPECT_CLOSE(relu_dual(K), expected, atol(1e-12));
  const auto x = normal({6, 3}, "points"), twice = torch::cat({x, x});
  const auto means = relu_dual(twice.matmul(twice.t()) / 3);
  EXPECT_CLOSE(means.slice(1, 6), means.slice(1, 0, 6), rtol(1e-11) + atol(1e-12));
  EXPECT_CLOSE(means.diagonal(), twice.square().sum(1) / 6, rtol(1e-12));
}

/// φ(au) = aφ(u): any unit. A point at the origin has no output.
TEST(ReluDual, OfAnyUnitAndOfZero) {
  auto K = covariance(4, 1, "units");
  const auto means = relu_means(K);
  EXPECT_CLOSE(relu_dual(1e200 * K) / 1e200, means, rtol(1e-10));
  EXPECT_CLOSE(relu_dual(1e-200 * K) * 1e200, means, rtol(1e-10));
  K[1].zero_();
  K.select(1, 1).zero_();
  auto expected = means.clone();
  expected[1].zero_();
  expected.select(1, 1).zero_();
  EXPECT_CLOSE(relu_dual(K), expected, rtol(1e-10) + atol(1e-13));
  EXPECT_CLOSE(relu_dual(zeros({2, 2})), zeros({2, 2}), atol(1e-300));
}

TEST(ReluDual, RefusesWhatIsNoCovariance) {
  const auto K = covariance(3, 1, "right");
  auto negative = K.clone();
  negative[1][1] = -0.1;
  between_right_answers([&] { EXPECT_CLOSE(relu_dual(K), relu_means(K), rtol(1e-9)); },
                        [&] {
                          EXPECT_THROW(relu_dual(negative), StudentError);
                          EXPECT_THROW(relu_dual(K.slice(0, 0, 2)), StudentError);
                          EXPECT_THROW(relu_derivative_dual(negative), StudentError);
                          EXPECT_THROW(relu_derivative_dual(K.slice(0, 0, 2)), StudentError);
                        });
}

/// Small variances: erf u = 2u/√π. Large ones: a sign, 2/π arcsin c. A variance of 0: 0.
TEST(ErfDual, FromLinearToSign) {
  const auto K = covariance(4, 1, "sizes");
  EXPECT_CLOSE(erf_dual(1e-9 * K), 4e-9 / kPi * K, rtol(1e-7));
  const auto deviation = K.diagonal().sqrt(), c = K / (deviation.unsqueeze(1) * deviation);
  const auto off = torch::ones({4, 4}, torch::kFloat64).tril(-1);
  EXPECT_CLOSE(erf_dual(1e12 * K) * off, 2 / kPi * c.clamp(-1, 1).asin() * off, atol(1e-9));
  auto without = K.clone();
  without[2].zero_();
  without.select(1, 2).zero_();
  const auto means = erf_dual(without);
  EXPECT_CLOSE(means[2], zeros({4}), atol(1e-14));
  EXPECT_CLOSE(means[0][1].item<double>(), erf_means(K)[0][1].item<double>(), rtol(1e-11));
}

TEST(ErfDual, RefusesWhatIsNoCovariance) {
  const auto K = covariance(3, 1, "right");
  auto negative = K.clone();
  negative[2][2] = -0.1;
  between_right_answers([&] { EXPECT_CLOSE(erf_dual(K), erf_means(K), rtol(1e-10)); },
                        [&] {
                          EXPECT_THROW(erf_dual(negative), StudentError);
                          EXPECT_THROW(erf_dual(K.slice(0, 0, 2)), StudentError);
                          EXPECT_THROW(erf_derivative_dual(negative), StudentError);
                          EXPECT_THROW(erf_derivative_dual(K.slice(0, 0, 2)), StudentError);
                        });
}

/// E e^u e^v = e^{(q + r)/2 + k}; a φ without symmetry, at correlations a rounding beyond ±1 and a variance
/// of 0.
TEST(DualByQuadrature, OfAnyFunctionAtAnyCorrelation) {
  const auto exponential = [](const Tensor& u) { return (u / 2).exp(); };
  const double e = 1 + 4e-16;
  const auto K = torch::stack(
      {vector({1, e, -e, 0}), vector({e, 1, -e, 0}), vector({-e, -e, 1, 0}), vector({0, 0, 0, 0})});
  const auto k = K.clamp(-1, 1), q = k.diagonal();
  EXPECT_CLOSE(dual(exponential, K, 40), ((q.unsqueeze(1) + q) / 8 + k / 4).exp(), rtol(1e-10));
  const auto Q = covariance(3, 1.5, "exponentials"), r = Q.diagonal();
  EXPECT_CLOSE(dual(exponential, Q, 50), ((r.unsqueeze(1) + r) / 8 + Q / 4).exp(), rtol(1e-8));
}

TEST(DualByQuadrature, RefusesWhatIsNoCovariance) {
  const auto K = covariance(2, 1, "right");
  auto negative = K.clone();
  negative[0][0] = -0.1;
  const auto linear = [](const Tensor& u) { return 2 * u; };
  between_right_answers([&] { EXPECT_CLOSE(dual(linear, K, 5), 4 * K, rtol(1e-10) + atol(1e-12)); },
                        [&] {
                          EXPECT_THROW(dual(linear, negative, 5), StudentError);
                          EXPECT_THROW(dual(linear, K.slice(0, 0, 1), 5), StudentError);
                          EXPECT_THROW(dual(linear, K, 0), StudentError);
                        });
}

/// Exactly ½ on the diagonal; 0 between opposite points; and nothing, the diagonal too, where a variance is
/// 0.
TEST(ReluDerivativeDual, AtItsEdges) {
  const auto x = normal({5, 3}, "points"), K = x.matmul(x.t()) / 3;
  EXPECT_CLOSE(relu_derivative_dual(K).diagonal(), torch::full({5}, 0.5, torch::kFloat64), rtol(1e-15));
  const double e = 1 + 4e-16;
  const auto edges = torch::stack(
      {vector({2, -2 * e, 0, 0}), vector({-2 * e, 2, 0, 0}), vector({0, 0, 0, 0}), vector({0, 0, 0, 1e-30})});
  const auto expected = torch::stack({vector({0.5, 0, 0, 0.25}), vector({0, 0.5, 0, 0.25}),
                                      vector({0, 0, 0, 0}), vector({0.25, 0.25, 0, 0.5})});
  EXPECT_CLOSE(relu_derivative_dual(edges), expected, atol(1e-7));
}

/// The rule that was asked for, no finer one: on u^{2n} it is short by qⁿ n!; and φ sees its nodes.
TEST(GaussianMean, IsByTheRuleOfThisOrder) {
  const double q = number(6, 10, "variance");
  EXPECT_CLOSE(gaussian_mean([](const Tensor& u) { return u.pow(6); }, q, 3), 9 * q * q * q, rtol(1e-11));
  EXPECT_CLOSE(gaussian_mean([](const Tensor& u) { return u.pow(4); }, q, 9), 3 * q * q, rtol(1e-11));
  int64_t nodes = 0;
  gaussian_mean(
      [&](const Tensor& u) {
        nodes = u.numel();
        return u.cos();
      },
      q, 150);
  EXPECT_EQ(nodes, 150);
}

/// Degree 2n − 2 at many nodes: the outermost weights count, and squares of components of eigenvectors have
/// none of their digits.
TEST(GaussHermite, IsExactAtManyNodes) {
  for (const int64_t order : {20, 40, 100}) {
    const auto rule = gauss_hermite(order);
    for (const int64_t degree : {order, 2 * order - 2}) {
      double moment = 1;
      for (int64_t k = 1; k < degree; k += 2) moment *= static_cast<double>(k);
      EXPECT_CLOSE((rule.nodes.pow(degree) * rule.weights).sum().item<double>() / moment, 1.0, rtol(1e-9));
    }
  }
}

/// Neighbours: at an angle of 10⁻⁴ 1 − value/(q/2) is 1 − c, to twelve digits of the value.
TEST(ReluDual, OfNeighbours) {
  const double q = number(0.5, 3, "variance");
  for (const double angle : {1e-3, 1e-4, 1e-5}) {
    const double c = 1 - 2 * std::pow(std::sin(angle / 2), 2);
    const auto K = q * torch::stack({vector({1, c}), vector({c, 1})});
    const double expected = q / 2 * (1 - angle * angle / 2 + angle * angle * angle / (3 * kPi));
    EXPECT_CLOSE(relu_dual(K)[0][1].item<double>(), expected, rtol(1e-12));
  }
  const auto one = relu_dual(vector({2}).unsqueeze(1));
  EXPECT_CLOSE(one, vector({1}).unsqueeze(1), rtol(1e-12));
}

/// Signs, to the end of the range of numbers, at correlations that rounding left beyond 1.
TEST(ErfDual, OfHugeVariances) {
  const double e = 1 + 4e-16;
  const auto K = torch::stack({vector({1, e, 0.5}), vector({e, 1, 0.5}), vector({0.5, 0.5, 1})});
  const auto expected =
      torch::stack({vector({1, 1, 1.0 / 3}), vector({1, 1, 1.0 / 3}), vector({1.0 / 3, 1.0 / 3, 1})});
  EXPECT_CLOSE(erf_dual(1e20 * K), expected, atol(1e-7));
}

/// Two nodes are ±1: E u²v² is q r by this rule, not q r + 2k².
TEST(DualByQuadrature, IsByTheRuleOfThisOrder) {
  const auto K = covariance(3, 1, "coarse"), q = K.diagonal();
  EXPECT_CLOSE(dual([](const Tensor& u) { return u.square(); }, K, 2), q.unsqueeze(1) * q, rtol(1e-11));
  EXPECT_CLOSE(dual([](const Tensor& u) { return u.square(); }, K, 3), q.unsqueeze(1) * q + 2 * K.square(),
               rtol(1e-10));
  EXPECT_CLOSE(dual([](const Tensor& u) { return u + 1; }, vector({2}).unsqueeze(1), 3),
               vector({3}).unsqueeze(1), rtol(1e-11));
}

TEST(ReluDerivativeDual, OfEqualPoints) {
  const double e = 1 + 4e-16;
  const auto half = torch::full({2, 2}, 0.5, torch::kFloat64);
  EXPECT_CLOSE(relu_derivative_dual(3 * torch::stack({vector({1, e}), vector({e, 1})})), half, atol(1e-7));
  const auto x = normal({6, 3}, "points"), twice = torch::cat({x, x});
  const auto means = relu_derivative_dual(twice.matmul(twice.t()) / 3);
  EXPECT_CLOSE(means.slice(1, 6), means.slice(1, 0, 6), atol(1e-7));
  EXPECT_CLOSE(relu_derivative_dual(vector({2}).unsqueeze(1)), vector({0.5}).unsqueeze(1), rtol(1e-15));
}

}  // namespace
