#include <ATen/ATen.h>

#include <cmath>

#include "src/physics/dynamics/adaptive.h"
#include "src/physics/dynamics/trajectories.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::physics {
namespace {

using testing::HasSubstr;

class FlowsTest : public SpinlabTest {
 protected:
  template <typename Flow>
  static Slope slope_of(const Flow& flow) {
    return [flow](double, const double* x, double* slope) {
      const auto k = flow(std::array<double, 3>{x[0], x[1], x[2]});
      std::copy(k.begin(), k.end(), slope);
    };
  }

  const at::Tensor start_ = at::tensor({1.0, 2.0, 20.0}, at::kDouble);
};

// Half the step, a sixteenth of the error: against the adaptive method at the tolerance of rounding.
TEST_F(FlowsTest, RungeKuttaIsOfOrderFour) {
  const auto order = [&](const auto& flow, double time) {
    const at::Tensor exact = dormand_prince(slope_of(flow), start_, 0, time, {1e-13, 1e-13}).end();
    const auto error = [&](int64_t steps) {
      const at::Tensor path =
          runge_kutta_4(flow, start_.unsqueeze(0), {time / static_cast<double>(steps), steps, steps});
      return (path[0][1] - exact).norm().item<double>();
    };
    return std::log2(error(400) / error(800));
  };
  EXPECT_NEAR(order(Lorenz(), 0.5), 4, 0.15);
  EXPECT_NEAR(order(Roessler(), 6.0), 4, 0.15);
}

TEST_F(FlowsTest, BackInTimeItReturns) {
  const auto there = runge_kutta_4(Lorenz(), start_.unsqueeze(0), {0.001, 300, 300}).select(1, 1);
  const auto back = runge_kutta_4(Lorenz(), there, {-0.001, 300, 300}).select(1, 1)[0];
  EXPECT_CLOSE(back, start_, atol(1e-6));
}

// (x, y, z) → (-x, -y, z) leaves Lorenz's equations as they are.
TEST_F(FlowsTest, LorenzIsSymmetric) {
  const auto turned = start_ * at::tensor({-1.0, -1.0, 1.0}, at::kDouble);
  const auto both = runge_kutta_4(Lorenz(), at::stack({start_, turned}), {0.01, 500, 10});
  EXPECT_TRUE((both[0] * at::tensor({-1.0, -1.0, 1.0}, at::kDouble)).equal(both[1]));
}

TEST_F(FlowsTest, TheSameBitsWhateverIsBeside) {
  const auto starts = start_ + at::randn({19, 3}, at::kDouble);
  const auto all = runge_kutta_4(Lorenz(), starts, {0.01, 300, 7});
  ASSERT_EQ(all.sizes(), at::IntArrayRef({19, 43, 3}));
  for (const int64_t i : {0, 7, 8, 18})
    EXPECT_TRUE(runge_kutta_4(Lorenz(), starts.narrow(0, i, 1), {0.01, 300, 7})[0].equal(all[i])) << i;
}

TEST_F(FlowsTest, TangentsAreDerivatives) {
  const std::array<double, 3> x{1, 2, 20}, v{0.3, -0.7, 0.5};
  const auto check = [&](const auto& flow) {
    constexpr double kSmall = 1e-6;
    const auto at_distance = [&](double s) {
      return flow(std::array<double, 3>{x[0] + s * v[0], x[1] + s * v[1], x[2] + s * v[2]});
    };
    const auto ahead = at_distance(kSmall), behind = at_distance(-kSmall), tangent = flow.tangent(x, v);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(tangent[i], (ahead[i] - behind[i]) / (2 * kSmall), 1e-7);
  };
  check(Lorenz());
  check(Roessler());
}

TEST_F(FlowsTest, SaysWhereItDiverged) {
  const auto mistake_of = [&](const FixedSteps& steps) {
    return mistake([&] { runge_kutta_4(Lorenz(), start_.unsqueeze(0), steps); });
  };
  EXPECT_THAT(mistake_of({0.5, 1000, 10}), HasSubstr("Lorenz: trajectory 0 is no longer finite after step "));
  EXPECT_THAT(mistake_of({0.5, 1000, 10}), HasSubstr("choose a shorter one"));
  EXPECT_THAT(mistake_of({0, 10, 1}), HasSubstr("step: expected a finite number other than 0"));
  EXPECT_THAT(mistake_of({0.01, -1, 1}), HasSubstr("steps: expected at least 0"));
  EXPECT_THAT(mistake_of({0.01, 10, 0}), HasSubstr("every: expected at least 1"));
  EXPECT_THAT(mistake([&] { runge_kutta_4(Lorenz(), start_ * NAN, {}); }),
              HasSubstr("expected starts (n, 3)"));
  EXPECT_THAT(mistake([&] { runge_kutta_4(Lorenz(), start_.unsqueeze(0) * NAN, {}); }),
              HasSubstr("start 0 is not finite"));
}

}  // namespace
}  // namespace spinlab::physics
