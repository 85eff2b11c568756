// Gaussian integrals and what they say of signals in depth: other shapes than in checks.cpp, other streams of
// the seed, the edges of each definition.
#include <cmath>
#include <utility>
#include <vector>

#include "assignments/08-fcn/calls.h"
#include "assignments/08-fcn/problems.h"

namespace {

using namespace spinlab;
using namespace fcn::problems;

/// E cos(az) = e^(−a²/2), of all degrees at once.
TEST(GaussHermite, OneNodeAndMany) {
  const auto one = gauss_hermite(1);
  EXPECT_CLOSE(one.nodes, vector({0}), atol(1e-15));
  EXPECT_CLOSE(one.weights, vector({1}), atol(1e-15));
  const auto [nodes, weights] = gauss_hermite(101);
  for (const double a : {0.3, 1.0, 2.5})
    EXPECT_CLOSE(weights.dot((a * nodes).cos()).item<double>(), std::exp(-a * a / 2), atol(1e-12));
}

TEST(GaussHermite, RefusesNoNode) {
  between_right_answers([] { EXPECT_CLOSE(gauss_hermite(2).nodes, vector({-1, 1}), atol(1e-13)); },
                        [] { EXPECT_THROW(gauss_hermite(0), StudentError); });
}

TEST(VarianceMap, TheEdgesOfTheDefinition) {
  EXPECT_CLOSE(variance_map(0, 1.5, 0.25, "relu"), 0.25, atol(1e-14));
  EXPECT_CLOSE(variance_map(40, 0.7, 0, "relu"), 14.0, rtol(1e-10));
  EXPECT_CLOSE(variance_map(2.2, 0, 0.25, "tanh"), 0.25, atol(1e-14));
}

TEST(VarianceMap, RefusesWhatIsNoVariance) {
  between_right_answers(
      [] {
        EXPECT_CLOSE(variance_map(1, 1.5, 0.25, "relu"), 1.0, rtol(1e-10));
        EXPECT_CLOSE(variance_fixed_point(1.5, 0.25, "relu"), 1.0, rtol(1e-8));
      },
      [] {
        EXPECT_THROW(variance_map(-1, 1.5, 0.25, "tanh"), StudentError);
        EXPECT_THROW(variance_map(1, -1.5, 0.25, "tanh"), StudentError);
        EXPECT_THROW(variance_map(1, 1.5, -0.25, "relu"), StudentError);
        EXPECT_THROW(variance_map(1, 1.5, 0.25, "sine"), StudentError);
        EXPECT_THROW(variance_fixed_point(2.0, 0.1, "relu"), StudentError);
        EXPECT_THROW(variance_fixed_point(2.5, 0.0, "relu"), StudentError);
        EXPECT_THROW(variance_fixed_point(2.0, 0.0, "relu"), StudentError);
        EXPECT_THROW(variance_fixed_point(1.0, -0.1, "tanh"), StudentError);
      });
}

/// With σ_b = 0, tanh has only q* = 0 up to σ_w² = 1; above, an iteration needs 1/(σ_w² − 1) steps for each
/// digit. There q* is a zero of the map minus q, which the check finds by Newton's method.
TEST(VarianceFixedPoint, NearTheCriticalPoint) {
  EXPECT_CLOSE(variance_fixed_point(0.9, 0, "tanh"), 0.0, atol(1e-6));
  for (const double weight : {1.001, 1.01}) {
    double q = (weight - 1) / 2;
    for (int i = 0; i < 20; ++i) {
      const double h = 1e-4 * q, value = tanh_map(q, weight, 0) - q;
      const double slope = (tanh_map(q + h, weight, 0) - tanh_map(q - h, weight, 0)) / (2 * h) - 1;
      q -= value / slope;
    }
    EXPECT_CLOSE(variance_fixed_point(weight, 0, "tanh"), q, rtol(1e-6))
        << "at a weight variance of " << weight;
  }
  // E tanh²(√q z) = q − 2q² + 17/3 q³ − …, so that (1 + ε)(1 − 2q + 17/3 q²) = 1.
  const double epsilon = 1e-6, s = epsilon / (1 + epsilon) / 2, q = s + 17.0 / 6 * s * s;
  EXPECT_CLOSE(variance_fixed_point(1 + epsilon, 0, "tanh"), q, rtol(1e-6));
  EXPECT_CLOSE(variance_fixed_point(1.9, 0.01, "relu"), 0.2, rtol(1e-8));
}

/// q* − q ∝ (dV/dq)^l is another slope than χ: the latter belongs to differences of two inputs.
TEST(GradientFactor, InOrderAndInChaos) {
  EXPECT_CLOSE(gradient_factor(0.8, 0, "tanh"), 0.8, atol(1e-6));
  EXPECT_CLOSE(gradient_factor(3.4, 0.7, "relu"), 1.7, rtol(1e-10));
  const double ordered = gradient_factor(1.3, 0.5, "tanh"), chaotic = gradient_factor(3.2, 0.02, "tanh");
  EXPECT_CLOSE(ordered, tanh_factor(tanh_fixed_point(1.3, 0.5), 1.3), rtol(1e-6));
  EXPECT_CLOSE(chaotic, tanh_factor(tanh_fixed_point(3.2, 0.02), 3.2), rtol(1e-6));
  EXPECT_LT(ordered, 1);
  EXPECT_GT(chaotic, 1);
}

TEST(CriticalWeightVariance, TheFactorIsOneOnIt) {
  for (const double bias : {0.003, 0.05, 0.5}) {
    const double weight = critical_weight_variance(bias, "tanh");
    EXPECT_CLOSE(tanh_factor(tanh_fixed_point(weight, bias), weight), 1.0, atol(1e-6)) << "at " << bias;
  }
}

TEST(CriticalWeightVariance, RefusesWhereThereIsNone) {
  between_right_answers([] { EXPECT_CLOSE(critical_weight_variance(0, "relu"), 2.0, rtol(1e-9)); },
                        [] {
                          EXPECT_THROW(critical_weight_variance(0.1, "relu"), StudentError);
                          EXPECT_THROW(critical_weight_variance(1e-9, "relu"), StudentError);
                          EXPECT_THROW(critical_weight_variance(-0.1, "tanh"), StudentError);
                        });
}

/// The factor per layer scatters by 1.2 % at most: 8 % is 6.5 of that.
TEST(SignalPropagation, GradientsVanishInOrderAndExplodeInChaos) {
  const int64_t width = 200, depth = 20;
  for (const auto& [weight, bias] : {std::pair{1.0, 0.1}, {4.0, 0.1}}) {
    const auto parameters =
        gaussian_parameters(std::vector<int64_t>(depth + 1, width), weight, bias, seed("phases"));
    const auto x = inputs_at(tanh_fixed_point(weight, bias), weight, bias, 4, width);
    const auto z = preactivations(parameters, x, "tanh");
    const auto last = normal({4, width}, "errors");
    const auto errors = mean_squares(backpropagate(parameters, z, last, "tanh"));
    ASSERT_EQ(errors.size(0), depth);
    EXPECT_CLOSE(errors[-1], mean_squares({last})[0], rtol(1e-12));
    const double factor = std::pow((errors[0] / errors[-1]).item<double>(), 1.0 / (depth - 1));
    EXPECT_CLOSE(factor, gradient_factor(weight, bias, "tanh"), rtol(0.08))
        << "at a weight variance of " << weight;
  }
}

}  // namespace
