// The analytical questions of 04-svm, answered by search, descent and counting.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "tests/assignments/derived_answer.h"

namespace spinlab::svm_answers {
namespace {

const auto expect = [](const char* question, double number) { expect_answer("04", question, number); };

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

/// f at (a, a, a, a) by scanning a.
TEST(SvmAnswers, TheSquareByDescent) {
  double a = 0;
  const double k1 = std::exp(-2.0), k2 = std::exp(-4.0);
  for (int step = 0; step < 10'000; ++step) a -= 0.1 * (a * (1 + k2 - 2 * k1) - 1);
  expect("CornersOfASquare", 4 * (a * a * (1 + k2 - 2 * k1) / 2 - a));
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

/// The border of −3, −1 | 4 is in the middle of the nearest two, at 1.5; F is −1 at −1 and 1 at 4.
TEST(SvmAnswers, TheValueByInterpolation) { expect("LeftOut", -1 + 2 * (0.0 - -1.0) / (4.0 - -1.0)); }

}  // namespace
}  // namespace spinlab::svm_answers
