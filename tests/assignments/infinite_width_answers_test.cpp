// The analytical questions of 14-infinite-width, answered by search, quadrature, simulated steps and
// recursion.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numbers>

#include "tests/assignments/derived_answer.h"

namespace spinlab::infinite_width_answers {
namespace {

const auto expect = [](const char* question, double number) { expect_answer("14", question, number); };

/// E f(z), z standard normal, by the trapezoidal rule.
double mean(const std::function<double(double)>& f) {
  double sum = 0;
  for (int k = -1000; k <= 1000; ++k) {
    const double z = 0.01 * k;
    sum += std::exp(-z * z / 2) * f(z);
  }
  return 0.01 * sum / std::sqrt(2 * std::numbers::pi);
}

/// The steepest slope by differences, then more and more cells.
TEST(InfiniteWidthAnswers, BumpsAreAddedUntilTheBoundHolds) {
  double slope = 0;
  for (double x = 0; x < 6.28; x += 1e-4)
    slope = std::max(slope, std::abs(std::cos(3 * (x + 1e-6)) - std::cos(3 * x)) / 1e-6);
  int cells = 1;
  while (slope * 2 * std::numbers::pi / cells / 2 > 0.02) ++cells;
  expect("Bumps", cells);
}

/// Means over two dimensions, in polar coordinates: E φ(u)φ(v) = r²/2 integrated over the angle.
TEST(InfiniteWidthAnswers, TwoLayersByAnIntegralOverAngles) {
  const auto next = [](double c) {
    const double theta = std::acos(c);
    double sum = 0;
    const int steps = 2'000'000;
    for (int k = 0; k < steps; ++k) {
      const double angle = 2 * std::numbers::pi * (k + 0.5) / steps;
      sum += std::max(0.0, std::cos(angle)) * std::max(0.0, std::cos(angle - theta));
    }
    return 4 * sum / steps;  // E|g|² = 2, and E φ² = ½
  };
  expect("TwoLayers", next(next(0)));
}

TEST(InfiniteWidthAnswers, TheWidthByMoments) {
  const double second = mean([](double z) { return std::pow(z * z - 1, 2); });
  const double fourth = mean([](double z) { return std::pow(z * z - 1, 4); });
  expect("WidthForOnePercent", std::round(3 * (fourth / (second * second) - 1) / 0.01));
}

/// Small steps of the two outputs.
TEST(InfiniteWidthAnswers, TheTimeBySmallSteps) {
  double a = 1, b = -1, t = 0;
  const double dt = 1e-7;
  while (a * a + b * b > 1) {
    const double to_a = a + 0.8 * b, to_b = 0.8 * a + b;
    a -= dt * to_a;
    b -= dt * to_b;
    t += dt;
  }
  expect("TimeOfADifference", t);
}

/// E erf² and E erf'² by quadrature at variance ½.
TEST(InfiniteWidthAnswers, TheTangentKernelByQuadrature) {
  const double root = std::sqrt(0.5);
  const double square = mean([&](double z) { return std::pow(std::erf(root * z), 2); });
  const double slope =
      mean([&](double z) { return 4 / std::numbers::pi * std::exp(-2 * root * root * z * z); });
  expect("TangentOfErf", 2 * square + 2 * slope * 0.5);
}

/// g − Bf with f and g made of two independent numbers, their weights squared and added.
TEST(InfiniteWidthAnswers, TheSpreadFromIndependentNumbers) {
  const double of_first = 0.5 - 1.5 / 2, of_second = std::sqrt(1 - 0.25);
  expect("EnsembleOfOne", of_first * of_first + of_second * of_second);
}

TEST(InfiniteWidthAnswers, TheEdgeOfSineByQuadrature) {
  const double root = std::sqrt(0.5);
  const double weights = 1 / mean([&](double z) { return std::pow(std::cos(root * z), 2); });
  expect("EdgeOfSine", 0.5 - weights * mean([&](double z) { return std::pow(std::sin(root * z), 2); }));
}

/// s = (1 − c)^{−1/2} in units of √2/3π: what it grows by beyond ℓ between two depths, over the difference of
/// logarithms. The terms left out are of order ln ℓ/ℓ, which Richardson's step takes off.
TEST(InfiniteWidthAnswers, TheNextOrderByRecursion) {
  long double angle = std::numbers::pi_v<long double> / 3;  // c = cos θ; small angles by their series
  const auto step = [](long double t) {
    const long double rest = t < 1e-2L ? t * t * t / 3 - t * t * t * t * t / 30 + std::pow(t, 7.0L) / 840
                                       : std::sin(t) - t * std::cos(t);
    const long double versine = 2 * std::pow(std::sin(t / 2), 2.0L) - rest / std::numbers::pi_v<long double>;
    return 2 * std::asin(std::sqrt(versine / 2));
  };
  const auto excess = [](long double t, long double layers) {
    return 3 * std::numbers::pi_v<long double> / std::sqrt(4 * std::pow(std::sin(t / 2), 2.0L)) - layers;
  };
  long double marks[3] = {};
  const int depths[3] = {1 << 19, 1 << 20, 1 << 21};
  int next = 0;
  for (int layer = 1; next < 3; ++layer) {
    angle = step(angle);
    if (layer == depths[next]) marks[next++] = excess(angle, layer);
  }
  const long double first = (marks[1] - marks[0]) / std::log(2.0L),
                    second = (marks[2] - marks[1]) / std::log(2.0L);
  const long double a = 2 * second - first;
  EXPECT_NEAR(static_cast<double>(a), 1.5, 1e-5);
  expect("NextOrder", std::round(static_cast<double>(a) * 1e4) / 1e4);
}

}  // namespace
}  // namespace spinlab::infinite_width_answers
