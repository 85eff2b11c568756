// Signals in depth: negative correlations, layer after layer, the whole range, and refusals between right
// answers.
#include <cmath>
#include <limits>

#include "assignments/14-infinite-width/calls.h"
#include "assignments/14-infinite-width/problems.h"

namespace {

using namespace spinlab;
using namespace infinite_width::problems;

/// A φ that is not odd: E (u + u²)(v + v²) = k + q² + 2k². Opposite inputs, and variances far from 1.
TEST(LayerMap, OfAParabola) {
  const auto parabola = [](const Tensor& u) { return u + u.square(); };
  const double q = number(4, 9, "variance");
  for (const double c : {-1.0, -0.4, 1.0}) {
    const auto after = layer_map(parabola, {q, c}, 1.3, 0.2);
    const double variance = 0.2 + 1.3 * (q + 3 * q * q), k = q * c;
    EXPECT_CLOSE(after.variance, variance, rtol(1e-8));
    EXPECT_CLOSE(after.correlation, (0.2 + 1.3 * (k + q * q + 2 * k * k)) / variance, rtol(1e-8))
        << "c = " << c;
  }
}

TEST(LayerMap, RefusesNoSignal) {
  const auto none = [](const Tensor& u) { return 0 * u; };
  between_right_answers(
      [&] {
        EXPECT_CLOSE(layer_map(hyperbolic, {1, 1}, 1.5, 0.1).correlation, 1.0, atol(1e-8));
        EXPECT_CLOSE(layer_map(none, {1, -0.3}, 1, 2).variance, 2.0, rtol(1e-10));
      },
      [&] {
        EXPECT_THROW(layer_map(hyperbolic, {0, 0.5}, 1.5, 0.1), StudentError);
        EXPECT_THROW(layer_map(hyperbolic, {1, 1.01}, 1.5, 0.1), StudentError);
        EXPECT_THROW(layer_map(hyperbolic, {1, 0.5}, 0, 0.1), StudentError);
        EXPECT_THROW(layer_map(hyperbolic, {1, 0.5}, 1, -0.1), StudentError);
        EXPECT_THROW(layer_map(none, {1, 0.5}, 1, 0), StudentError);
      });
}

/// erf in the chaotic phase by its arcsines: layer after layer to c*, and the rate of the last ones is
/// e^{−1/ξ}.
TEST(FixedPointOfDepth, IsWhereManyLayersLead) {
  const double weights = number(2.5, 4, "σ_w²"), biases = number(0.02, 0.1, "σ_b²");
  double q = 1, c = 0.6;
  for (int layer = 0; layer < 3000; ++layer) q = biases + weights * 2 / kPi * std::asin(2 * q / (1 + 2 * q));
  const auto next = [&](double at) {
    return (biases + weights * 2 / kPi * std::asin(2 * q * at / (1 + 2 * q))) / q;
  };
  for (int layer = 0; layer < 3000; ++layer) c = next(c);
  const double slope = weights * 4 / kPi / std::sqrt((1 + 2 * q) * (1 + 2 * q) - 4 * q * q * c * c);
  const auto point = fixed_point(error_functions, slopes_of_error_functions, weights, biases);
  EXPECT_CLOSE(point.variance, q, rtol(1e-8));
  EXPECT_CLOSE(point.chi, weights * 4 / kPi / std::sqrt(1 + 4 * q), rtol(1e-7));
  EXPECT_CLOSE(point.correlation, c, atol(2e-6));
  EXPECT_CLOSE(point.depth_scale, -1 / std::log(slope), rtol(1e-5));
}

/// Without biases the chaotic phase makes all inputs orthogonal; the ordered one lets them die, which is
/// refused.
TEST(FixedPointOfDepth, WithoutBiases) {
  const double weights = number(1.5, 2.5, "σ_w²");
  between_right_answers(
      [&] {
        const auto point = fixed_point(hyperbolic, slope_of_hyperbolic, weights, 0);
        EXPECT_CLOSE(point.correlation, 0.0, atol(1e-6));
        EXPECT_CLOSE(
            point.variance,
            weights * gaussian_integral([](double u) { return std::tanh(u) * std::tanh(u); }, point.variance),
            rtol(1e-7));
        EXPECT_GT(point.variance, 0.1);
        EXPECT_GT(point.chi, 1);
      },
      [&] {
        EXPECT_THROW(fixed_point(hyperbolic, slope_of_hyperbolic, 0.8, 0), StudentError);
        EXPECT_THROW(fixed_point(hyperbolic, slope_of_hyperbolic, -1, 0.1), StudentError);
        EXPECT_THROW(fixed_point(hyperbolic, slope_of_hyperbolic, 1, -0.1), StudentError);
      });
}

/// σ_b² → 0: the line ends at σ_w² = 1/φ'(0)², π/4 for erf; and ½ tanh has a line of its own.
TEST(CriticalWeightVariance, NearTheOriginAndForOthers) {
  EXPECT_CLOSE(critical_weight_variance(error_functions, slopes_of_error_functions, 1e-6), kPi / 4,
               rtol(0.05));
  const double biases = number(0.05, 0.5, "σ_b²");
  const auto half = [](const Tensor& u) { return 0.5 * u.tanh(); };
  const auto slope = [](const Tensor& u) { return 0.5 * (1 - u.tanh().square()); };
  EXPECT_CLOSE(critical_weight_variance(half, slope, biases),
               4 * critical_weight_variance(hyperbolic, slope_of_hyperbolic, biases), rtol(1e-7));
  const double weights = critical_weight_variance(hyperbolic, slope_of_hyperbolic, biases);
  double q = 1;
  for (int layer = 0; layer < 400; ++layer)
    q = biases + weights * gaussian_integral([](double u) { return std::tanh(u) * std::tanh(u); }, q);
  const double chi = weights * gaussian_integral([](double u) { return std::pow(std::cosh(u), -4); }, q);
  EXPECT_CLOSE(chi, 1.0, rtol(1e-6));
}

TEST(CriticalWeightVariance, RefusesNoBiases) {
  between_right_answers(
      [&] {
        EXPECT_CLOSE(critical_weight_variance(hyperbolic, slope_of_hyperbolic, 0.01), 1.424205, rtol(1e-6));
      },
      [&] {
        EXPECT_THROW(critical_weight_variance(hyperbolic, slope_of_hyperbolic, 0), StudentError);
        EXPECT_THROW(critical_weight_variance(hyperbolic, slope_of_hyperbolic, -0.1), StudentError);
      });
}

/// tanh at a variance of 10, whose poles are at half a deviation: by a finer trapezoidal rule.
TEST(LayerMap, OfTanhAtLargeVariances) {
  const auto z = torch::linspace(-9, 9, 721, torch::kFloat64),
             w = torch::exp(-z.square() / 2) / std::sqrt(2 * kPi) / 40;
  for (const double q : {0.01, 2.0, 10.0}) {
    for (const double c : {-0.7, 0.5}) {
      const auto u = (std::sqrt(q) * z).tanh(),
                 v = (std::sqrt(q) * (c * z.unsqueeze(1) + std::sqrt(1 - c * c) * z)).tanh();
      const double variance = 0.1 + 1.5 * (u.square() * w).sum().item<double>();
      const double between = 0.1 + 1.5 * (u * w).dot(v.matmul(w)).item<double>();
      const auto after = layer_map(hyperbolic, {q, c}, 1.5, 0.1);
      EXPECT_CLOSE(after.variance, variance, rtol(1e-8));
      EXPECT_CLOSE(after.correlation, between / variance, rtol(1e-8) + atol(1e-9));
    }
  }
  EXPECT_THROW(layer_map(hyperbolic, {1, -1.01}, 1.5, 0.1), StudentError);
}

/// erf on its curves: q* and χ are chosen, σ_w² and σ_b² follow, c* by very many layers.
TEST(FixedPointOfDepth, OverTheWholeRange) {
  // {q*, χ}: close to the edge on both sides, tiny and large variances; first one that takes few steps, since
  // what comes first is repeated
  for (const auto& [q, chi] :
       {std::pair{9.0, 0.8}, {0.5, 1.021}, {0.5, 0.979}, {3e-5, 0.9}, {2e-3, 0.979}, {9.0, 1.3}}) {
    const double weights = chi * kPi / 4 * std::sqrt(1 + 4 * q),
                 mean = 2 / kPi * std::asin(2 * q / (1 + 2 * q));
    const double biases = q - weights * mean;
    const auto point = fixed_point(error_functions, slopes_of_error_functions, weights, biases);
    EXPECT_CLOSE(point.variance, q, rtol(2e-8));
    EXPECT_CLOSE(point.chi, chi, rtol(1e-6));
    double c = 1;
    if (chi > 1) {
      c = 0;
      for (int layer = 0; layer < 20'000; ++layer)
        c = (biases + weights * 2 / kPi * std::asin(2 * q * c / (1 + 2 * q))) / q;
    }
    const double slope = weights * 4 / kPi / std::sqrt((1 + 2 * q) * (1 + 2 * q) - 4 * q * q * c * c);
    EXPECT_CLOSE(point.correlation, c, atol(1e-6));
    EXPECT_CLOSE(point.depth_scale, -1 / std::log(slope), rtol(1e-5));
  }
}

/// 2 tanh(u/2): |φ| ≤ 2, q* beyond σ_w² + σ_b².
TEST(FixedPointOfDepth, OfALargerNonlinearity) {
  const auto twice = [](const Tensor& u) { return 2 * (u / 2).tanh(); };
  const auto slope = [](const Tensor& u) { return 1 - (u / 2).tanh().square(); };
  const auto point = fixed_point(twice, slope, 5, 0.1);
  EXPECT_CLOSE(
      point.variance,
      0.1 + 5 * gaussian_integral([](double u) { return 4 * std::pow(std::tanh(u / 2), 2); }, point.variance),
      rtol(1e-8));
  EXPECT_GT(point.variance, 5.2);
}

TEST(FixedPointOfDepth, DepthWithoutBiases) {
  const double weights = number(1.5, 2.5, "σ_w²");
  const auto point = fixed_point(hyperbolic, slope_of_hyperbolic, weights, 0);
  const double mean =
      gaussian_integral([](double u) { return 1 / std::pow(std::cosh(u), 2); }, point.variance);
  EXPECT_CLOSE(point.depth_scale, -1 / std::log(weights * mean * mean), rtol(1e-5));
  EXPECT_THROW(fixed_point(hyperbolic, slope_of_hyperbolic, 1, 0), StudentError);
}

/// From 10⁻⁶ to 1, eight digits: q* = .00915 … 2.75 on erf's own line.
TEST(CriticalWeightVariance, OverTheWholeRange) {
  for (const double q : {0.0093, 0.05, 1.0, 2.7}) {
    const double weights = kPi / 4 * std::sqrt(1 + 4 * q),
                 biases = q - weights * 2 / kPi * std::asin(2 * q / (1 + 2 * q));
    EXPECT_CLOSE(critical_weight_variance(error_functions, slopes_of_error_functions, biases), weights,
                 rtol(1e-8));
  }
}

}  // namespace
