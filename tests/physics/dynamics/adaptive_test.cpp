#include "src/physics/dynamics/adaptive.h"

#include <ATen/ATen.h>

#include <cmath>

#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::physics {
namespace {

using testing::HasSubstr;

void turn(double, const double* x, double* slope) {
  slope[0] = x[1];
  slope[1] = -x[0];
}

/// (sin t, cos t).
at::Tensor circle(const at::Tensor& t) { return at::stack({t.sin(), t.cos()}, 1); }

class AdaptiveTest : public SpinlabTest {
 protected:
  const at::Tensor start_ = at::tensor({0.0, 1.0}, at::kDouble);
};

// The error at the end and between the steps goes with the tolerance: ten turns of a circle.
TEST_F(AdaptiveTest, FollowsACircleToItsTolerance) {
  const auto times = at::linspace(0, 20 * M_PI, 1000, at::kDouble);
  double before = 1;
  for (const double tolerance : {1e-4, 1e-6, 1e-8, 1e-10}) {
    const auto solution = dormand_prince(turn, start_, 0, 20 * M_PI, {tolerance, tolerance});
    const auto error = (solution.at(times) - circle(times)).abs().max().item<double>();
    EXPECT_LT(error, 100 * tolerance);
    EXPECT_LT(error, before / 20);
    before = error;
  }
}

// A tenth of the tolerance costs 10^(1/5) times as many evaluations.
TEST_F(AdaptiveTest, CostsAsAMethodOfOrderFive) {
  const auto evaluations = [&](double tolerance) {
    return static_cast<double>(dormand_prince(turn, start_, 0, 200, {tolerance, tolerance}).evaluations());
  };
  EXPECT_NEAR(std::log10(evaluations(1e-11) / evaluations(1e-7)) / 4, 0.2, 0.01);
}

// Between the steps the error falls with the fifth power of their length.
TEST_F(AdaptiveTest, IsContinuousThroughItsSteps) {
  const auto solution = dormand_prince(turn, start_, 0, 10, {1e-5, 1e-5});
  for (std::size_t i = 1; i + 1 < solution.times().size(); ++i) {
    const double t = solution.times()[i];
    const auto sides = solution.at(at::tensor({t - 1e-12, t, t + 1e-12}, at::kDouble));
    EXPECT_CLOSE(sides[0], sides[1], atol(1e-11));
    EXPECT_CLOSE(sides[2], sides[1], atol(1e-11));
  }
}

TEST_F(AdaptiveTest, RunsBackInTime) {
  const auto solution = dormand_prince(turn, start_, 0, -5, {1e-10, 1e-10});
  const auto times = at::tensor({-5.0, -1.0, 0.0, -2.5}, at::kDouble);
  EXPECT_CLOSE(solution.at(times), circle(times), atol(1e-8));
  EXPECT_CLOSE(dormand_prince(turn, start_, 3, 3).end(), start_, atol(0));
}

// dx/dt = x² from 1 is 1/(1 - t).
TEST_F(AdaptiveTest, SaysWhereASolutionEnds) {
  const Slope square = [](double, const double* x, double* slope) { slope[0] = x[0] * x[0]; };
  const auto one = at::ones({1}, at::kDouble);
  EXPECT_CLOSE(dormand_prince(square, one, 0, 0.9, {1e-10, 1e-10}).end()[0].item<double>(), 10.0, rtol(1e-7));
  EXPECT_THAT(mistake([&] { dormand_prince(square, one, 0, 2); }),
              HasSubstr("the solution cannot be followed beyond t = "));
  EXPECT_THAT(mistake([&] { dormand_prince(square, one, 0, 0.5, {1e-10, 1e-10, 3}); }),
              HasSubstr("after 3 steps the time is"));
  EXPECT_THAT(mistake([&] { dormand_prince(square, one, 0, 0.5, {-1, 1e-10}); }),
              HasSubstr("tolerances: expected"));
  EXPECT_THAT(mistake([&] { dormand_prince(square, one * NAN, 0, 0.5); }), HasSubstr("is not finite"));
  EXPECT_THAT(mistake([&] { dormand_prince(turn, start_, 0, 1).at(at::tensor({1.5}, at::kDouble)); }),
              HasSubstr("time 1.5 lies outside of the solution, 0 to 1"));
}

}  // namespace
}  // namespace spinlab::physics
