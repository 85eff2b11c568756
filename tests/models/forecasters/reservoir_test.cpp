#include "models/forecasters/reservoir.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "src/core/seed.h"
#include "tests/support/mistake.h"

namespace spinlab::models {
namespace {

at::Tensor some_inputs(int64_t n, int64_t steps, int64_t width) {
  return at::randn({n, steps, width}, make_generator(5, "reservoir test"), at::kDouble);
}

ReservoirOptions small_reservoir() {
  return {.units = 21,
          .degree = 4,
          .radius = 0.8,
          .leak = 0.3,
          .input_scaling = 0.7,
          .bias_scaling = 0.2,
          .seed = 2};
}

/// The equation, by whole matrices.
at::Tensor step_by_matrices(const Reservoir& reservoir, double leak, const at::Tensor& state,
                            const at::Tensor& u) {
  const auto drive = state.matmul(reservoir.recurrent_weights().t()) +
                     u.matmul(reservoir.input_weights().t()) + reservoir.bias();
  return (1 - leak) * state + leak * drive.tanh();
}

TEST(Reservoir, StatesFollowTheEquation) {
  const Reservoir reservoir(small_reservoir(), 3);
  const auto inputs = some_inputs(11, 9, 3);
  auto state = reservoir.rest(11), by_matrices = reservoir.rest(11);
  const auto states = reservoir.listen(inputs, state);
  for (int64_t t = 0; t < 9; ++t) {
    by_matrices = step_by_matrices(reservoir, 0.3, by_matrices, inputs.select(1, t));
    EXPECT_LT((states.select(1, t) - by_matrices).abs().max().item<double>(), 1e-14) << t;
  }
  EXPECT_TRUE(at::equal(state, states.select(1, 8)));
}

TEST(Reservoir, BitsDependNeitherOnCompanyNorOnBlocksOfTime) {
  const Reservoir reservoir(small_reservoir(), 3);
  const auto inputs = some_inputs(19, 12, 3);
  auto state = reservoir.rest(19);
  const auto together = reservoir.listen(inputs, state);
  for (const int64_t i : {0, 7, 8, 18}) {
    auto alone = reservoir.rest(1);
    const auto first = reservoir.listen(inputs.narrow(0, i, 1).slice(1, 0, 5), alone);
    const auto rest = reservoir.listen(inputs.narrow(0, i, 1).slice(1, 5), alone);
    EXPECT_TRUE(at::equal(at::cat({first, rest}, 1), together.narrow(0, i, 1))) << i;
  }
}

TEST(Reservoir, HasTheSpectralRadiusThatWasAskedFor) {
  for (const int64_t units : {21, 100, 700}) {
    const Reservoir reservoir({.units = units, .degree = 10, .radius = 1.25, .seed = 4}, 1);
    const auto sizes = at::linalg_eigvals(reservoir.recurrent_weights()).abs();
    EXPECT_NEAR(sizes.max().item<double>(), 1.25, 1e-6) << units;  // weights are float32
  }
}

TEST(Reservoir, EachUnitHearsSoManyOthers) {
  const Reservoir reservoir({.units = 50, .degree = 7}, 2);
  EXPECT_TRUE(reservoir.recurrent_weights().ne(0).sum(1).eq(7).all().item<bool>());
}

/// Two states come closer by at least the factor (1 - a) + a ‖W‖ a step: tanh has slopes up to 1.
TEST(Reservoir, ForgetsItsStartAtLeastAtTheRateOfTheNorm) {
  auto options = small_reservoir();
  options.radius = 0.3;
  const Reservoir reservoir(options, 3);
  const auto norm = at::linalg_matrix_norm(reservoir.recurrent_weights(), 2).item<double>();
  const auto rate = 0.7 + 0.3 * norm;
  ASSERT_LT(rate, 1);
  const auto inputs = some_inputs(1, 60, 3).expand({2, 60, 3});
  auto state = at::cat({at::full({1, 21}, 0.9, at::kDouble), at::full({1, 21}, -0.9, at::kDouble)});
  auto before = (state[0] - state[1]).norm().item<double>();
  for (int64_t t = 0; t < 60; ++t) {
    reservoir.listen(inputs.narrow(1, t, 1), state);
    const auto now = (state[0] - state[1]).norm().item<double>();
    EXPECT_LE(now, rate * before + 1e-15) << t;
    before = now;
  }
}

TEST(Reservoir, TanhIsRightToTwoUnitsInTheLastPlace) {
  const float one_weight[2 * kLanes] = {1};  // of the input to the first unit; no bias
  const ReservoirWeights units{.groups = 1,
                               .degree = 0,
                               .inputs = 1,
                               .leak = 1,
                               .heard = nullptr,
                               .recurrent = nullptr,
                               .input = one_weight};
  const auto tanh_of = [&](double x) {
    const double state[kLanes] = {};
    double next[kLanes];
    advance(units, 0, 1, &x, state, next);
    return next[0];
  };
  const auto limit = std::numeric_limits<double>::epsilon();
  for (int i = -4000; i <= 4000; ++i) {
    const auto x = 0.006 * i + 1e-9 * i * i;
    EXPECT_NEAR(tanh_of(x), std::tanh(x), limit * std::abs(std::tanh(x)) * 2) << x;
  }
  for (const double x : {1e-300, 1e-9, -3e-5}) EXPECT_NEAR(tanh_of(x) / x, std::tanh(x) / x, 2 * limit) << x;
  EXPECT_EQ(tanh_of(std::numeric_limits<double>::infinity()), 1);
  EXPECT_EQ(tanh_of(-1e300), -1);
}

TEST(Reservoir, RefusesWhatCannotBe) {
  const auto refused = [](ReservoirOptions options, const char* why) {
    EXPECT_THAT(mistake([&] { Reservoir(options, 1); }), testing::HasSubstr(why));
  };
  refused({.units = 10, .degree = 11}, "degree: expected 1 to the 10 units, got 11");
  refused({.units = 70'000}, "units: expected 1 to 65536");
  refused({.leak = 0}, "leak: expected a number in (0, 1], got 0");
  refused({.radius = -1}, "radius: expected at least 0");
}

TEST(Reservoir, ACheckpointThatNamesAUnitBeyondTheLastIsRefused) {
  Reservoir reservoir(small_reservoir(), 3);
  auto state = reservoir.state();
  state["reservoir.heard"] = at::full_like(state["reservoir.heard"], 21);
  EXPECT_THAT(mistake([&] { reservoir.load_state(state); }), testing::HasSubstr("beyond the 21"));
}

}  // namespace
}  // namespace spinlab::models
