// The analytical questions of 04-svm, answered by search, descent and counting.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "tests/assignments/derived_answer.h"

namespace spinlab::svm_answers {
namespace {

const auto expect = [](const char* question, double number) { expect_answer("04", question, number); };

const auto expect_all = [](const char* question, const std::vector<double>& numbers) {
  expect_answer("04", question, numbers);
};

/// The dual by descent: α₁ = α₂ + α₃, and w = α₂ (2, 0) + α₃ (0, 1).
TEST(SvmAnswers, TheMultipliersByDescent) {
  double second = 0, third = 0;
  for (int step = 0; step < 2000; ++step) {
    const double w0 = 2 * second, w1 = third;
    second = std::max(0.0, second + 0.1 * (2 - 2 * w0));
    third = std::max(0.0, third + 0.1 * (2 - w1));
  }
  expect_all("ThreeMultipliers", {second + third, second, third});
}

/// Directions by a fine scan: the street of normal (cos φ, sin φ) reaches from the highest − to the lowest +.
TEST(SvmAnswers, TheStreetByAScanOfDirections) {
  double widest = 0;
  for (int k = 0; k < 4'000'000; ++k) {
    const double phi = 2 * std::acos(-1.0) * k / 4'000'000, c = std::cos(phi), s = std::sin(phi);
    widest = std::max(widest, std::min(2 * c, 3 * s) - std::max(0.0, -c - s));
  }
  expect("WidthOfTheStreet", widest);
}

/// The convex function of b that is left when w = ½ is put into the primal is level on [−½, 0].
TEST(SvmAnswers, TheLevelByScanningThePrimal) {
  const std::array<double, 3> x{0, 2, 3}, y{-1, 1, 1};
  double best = 1e9, first = 0, last = 0;
  for (int w = 0; w <= 400; ++w) {
    for (int b = -2000; b <= 2000; ++b) {
      double P = 0.5 * w * w / 160'000.0;
      for (int i = 0; i < 3; ++i) P += 0.25 * std::max(0.0, 1 - y[i] * (w / 400.0 * x[i] + b / 1000.0));
      if (P < best - 1e-12) best = P, first = b / 1000.0;
      if (P < best + 1e-12) last = b / 1000.0;
    }
  }
  expect("LevelOfThree", (first + last) / 2);
}

/// All four α by projected descent from an asymmetric start: nothing is known of the symmetry.
TEST(SvmAnswers, TheSquareByDescent) {
  const std::array<std::array<double, 2>, 4> x{{{1, 1}, {-1, -1}, {1, -1}, {-1, 1}}};
  const std::array<double, 4> y{1, 1, -1, -1};
  std::array<double, 4> a{3, 0, 1, 2}, g{};
  double f = 0;
  for (int step = 0; step < 2000; ++step) {
    f = 0;
    for (int i = 0; i < 4; ++i) {
      g[i] = -1;
      for (int j = 0; j < 4; ++j)
        g[i] += y[i] * y[j] *
                std::exp(-(std::pow(x[i][0] - x[j][0], 2) + std::pow(x[i][1] - x[j][1], 2)) / 2) * a[j];
      f += a[i] * (g[i] - 1) / 2;
    }
    const double level = (y[0] * g[0] + y[1] * g[1] + y[2] * g[2] + y[3] * g[3]) / 4;
    for (int i = 0; i < 4; ++i) a[i] -= 0.3 * (g[i] - y[i] * level);
  }
  EXPECT_GT(*std::min_element(a.begin(), a.end()), 0);
  expect("CornersOfASquare", f);
}

TEST(SvmAnswers, TheMachinesAreCounted) {
  double pairs = 0;
  for (int a = 0; a < 10; ++a)
    for (int b = a + 1; b < 10; ++b) pairs += std::pow(0.2, 3);
  expect("TenClasses", 10 / pairs);
}

TEST(SvmAnswers, TheWarmPlaneByBisection) {
  double low = 1 + 1e-9, high = 5;
  while (high - low > 1e-13) {
    const double w = (low + high) / 2;
    (4 * w - 2 / (w - 1) > 0 ? high : low) = w;
  }
  expect("WarmPlane", low);
}

/// The tube holds all three while z − w x spreads by at most 2ε: the least such w, by bisection.
TEST(SvmAnswers, TheTubeByBisection) {
  double low = 0, high = 2;
  const auto ends = [](double w) { return std::minmax({0.0, 1 - w, 4 - 2 * w}); };
  while (high - low > 1e-13) {
    const double w = (low + high) / 2;
    (ends(w).second - ends(w).first <= 1.5 ? high : low) = w;
  }
  expect_all("NarrowTube", {high, (ends(high).first + ends(high).second) / 2});
}

/// The border of −3, −1 | 4 is in the middle of the nearest two, at 1.5; F is −1 at −1 and 1 at 4.
TEST(SvmAnswers, TheValueByInterpolation) { expect("LeftOut", -1 + 2 * (0.0 - -1.0) / (4.0 - -1.0)); }

}  // namespace
}  // namespace spinlab::svm_answers
