#include "src/physics/dynamics/mackey_glass.h"

#include <ATen/ATen.h>

#include <cmath>

#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::physics {
namespace {

using testing::HasSubstr;

class MackeyGlassTest : public SpinlabTest {
 protected:
  const MackeyGlass system_;
  static at::Tensor starts(std::vector<double> x) { return at::tensor(x, at::kDouble); }
};

// While the delayed value is the constant c, x relaxes to s/γ, s = β c/(1 + c^n): (c - s/γ) exp(-γ t) + s/γ.
TEST_F(MackeyGlassTest, RelaxesWhileThePastIsConstant) {
  const double c = 1.2, limit = 0.2 * c / (1 + std::pow(c, 10)) / 0.1;
  const auto x = integrate(system_, starts({c}), {.steps_per_delay = 170, .steps = 170, .every = 1})[0];
  const auto t = at::arange(171, at::kDouble) * 0.1;
  EXPECT_CLOSE(x, (c - limit) * (-0.1 * t).exp() + limit, atol(1e-9));
}

// Ten delays on, half the step has a sixteenth of the error.
TEST_F(MackeyGlassTest, IsOfOrderFour) {
  const auto end = [&](int64_t steps) {
    return integrate(system_, starts({1.2}), {steps, 10 * steps, 10 * steps})[0][1].item<double>();
  };
  const double exact = end(3200);
  EXPECT_NEAR(std::log2(std::abs((end(200) - exact) / (end(400) - exact))), 4, 0.3);
}

// A state that does not change: x = (β/γ - 1)^(1/n) = 1.
TEST_F(MackeyGlassTest, RestsAtItsFixedPoint) {
  EXPECT_CLOSE(integrate(system_, starts({1.0, 0.0})),
               at::tensor({1.0, 0.0}, at::kDouble).unsqueeze(1).expand({2, 1001}), atol(1e-12));
}

// The solution goes on from its own past as if it had not been cut.
TEST_F(MackeyGlassTest, TakesAHistory) {
  const DelaySteps steps{.steps_per_delay = 340, .steps = 680, .every = 1};
  const auto whole = integrate(system_, starts({1.2}), steps);
  const auto rest = integrate(system_, whole.narrow(1, 340, 341).contiguous(), {340, 200, 1});
  EXPECT_CLOSE(rest[0].narrow(0, 0, 1), whole[0].narrow(0, 680, 1), atol(1e-12));
  const auto longer = integrate(system_, starts({1.2}), {340, 880, 1})[0];
  EXPECT_CLOSE(rest[0], longer.narrow(0, 680, 201), atol(1e-8));
}

TEST_F(MackeyGlassTest, SaysWhatCannotBe) {
  EXPECT_THAT(mistake([&] { integrate(system_, at::ones({2, 5}, at::kDouble)); }),
              HasSubstr("expected a history (n) or (n, 171), got [2, 5]"));
  EXPECT_THAT(mistake([&] { integrate({.delay = 0}, starts({1})); }), HasSubstr("expected a delay above 0"));
  EXPECT_THAT(mistake([&] { integrate(system_, starts({1}), {.steps_per_delay = 0}); }),
              HasSubstr("steps_per_delay"));
  EXPECT_THAT(mistake([&] { integrate(system_, starts({1, NAN})); }), HasSubstr("start 1 is not finite"));
}

}  // namespace
}  // namespace spinlab::physics
