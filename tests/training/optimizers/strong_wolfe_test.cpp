#include "src/training/optimizers/strong_wolfe.h"

#include <cmath>
#include <limits>

#include "tests/support/spinlab_test.h"

namespace spinlab::training {
namespace {

/// A function of one number with its derivative, which counts.
struct Counted {
  std::function<double(double)> value, slope;
  int calls = 0;

  LinePoint operator()(double t) {
    ++calls;
    return {t, value(t), slope(t), {}};
  }
};

void expect_wolfe(const LinePoint& start, const LinePoint& found) {
  EXPECT_GT(found.step, 0);
  EXPECT_LE(found.value, start.value + 1e-4 * found.step * start.slope);
  EXPECT_LE(std::abs(found.slope), -0.9 * start.slope);
}

TEST(StrongWolfe, HoldsWhateverTheFirstStep) {
  // The last has many minima.
  const std::vector<Counted> functions = {
      {[](double t) { return (t - 3) * (t - 3); }, [](double t) { return 2 * (t - 3); }},
      {[](double t) { return std::cosh(t - 1) - t; }, [](double t) { return std::sinh(t - 1) - 1; }},
      {[](double t) { return -t / (t * t + 2); },
       [](double t) { return (t * t - 2) / std::pow(t * t + 2, 2); }},
      {[](double t) { return std::sin(5 * t) + t * t - 9 * t; },
       [](double t) { return 5 * std::cos(5 * t) + 2 * t - 9; }}};
  for (size_t i = 0; i < functions.size(); ++i) {
    for (const double first : {1e-3, 0.1, 1.0, 10.0, 100.0}) {
      auto counted = functions[i];
      const auto start = counted(0);
      ASSERT_LT(start.slope, 0);
      const auto found = strong_wolfe(start, first, std::ref(counted), 25);
      SCOPED_TRACE(testing::Message() << "function " << i << ", first step " << first);
      expect_wolfe(start, found);
      EXPECT_LE(counted.calls, 26);
    }
  }
}

TEST(StrongWolfe, TakesTheFirstStepWhereItHolds) {
  Counted parabola{[](double t) { return t * t - 2 * t; }, [](double t) { return 2 * t - 2; }};
  const auto start = parabola(0);
  EXPECT_EQ(strong_wolfe(start, 1, std::ref(parabola), 25).step, 1);
  EXPECT_EQ(parabola.calls, 2);
}

TEST(StrongWolfe, ComesBackFromWhereThereIsNoValue) {
  Counted barrier{
      [](double t) { return t < 1 ? -std::log(1 - t) - 2 * t : std::numeric_limits<double>::quiet_NaN(); },
      [](double t) { return t < 1 ? 1 / (1 - t) - 2 : std::numeric_limits<double>::quiet_NaN(); }};
  const auto start = barrier(0);
  expect_wolfe(start, strong_wolfe(start, 50, std::ref(barrier), 25));
}

TEST(StrongWolfe, StaysWhereNothingIsLower) {
  Counted liar{[](double t) { return t; }, [](double t) { return -1; }};
  EXPECT_EQ(strong_wolfe(liar(0), 1, std::ref(liar), 10).step, 0);
  EXPECT_LE(liar.calls, 11);
}

}  // namespace
}  // namespace spinlab::training
