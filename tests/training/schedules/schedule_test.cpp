#include "src/training/schedules/schedule.h"

#include <c10/util/Exception.h>

#include <cmath>
#include <numbers>

#include "src/core/registry.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::training {
namespace {

TEST(Schedule, FollowsItsFormula) {
  const auto at = [](const Json& options, int64_t step) {
    return make_schedule(options, {10, 20}, "test")(step);
  };
  EXPECT_DOUBLE_EQ(at({{"name", "constant"}}, 137), 1);
  EXPECT_DOUBLE_EQ(at({{"name", "linear"}, {"final", 0.2}}, 0), 1);
  EXPECT_DOUBLE_EQ(at({{"name", "linear"}, {"final", 0.2}}, 50), 0.8);
  EXPECT_DOUBLE_EQ(at({{"name", "cosine"}}, 100), 0.5);
  EXPECT_NEAR(at({{"name", "cosine"}, {"final", 0.1}}, 50), 0.1 + 0.45 * (1 + std::cos(std::numbers::pi / 4)),
              1e-15);
  EXPECT_DOUBLE_EQ(at({{"name", "step"}, {"every", 3}, {"gamma", 0.5}}, 59), 1);
  EXPECT_DOUBLE_EQ(at({{"name", "step"}, {"every", 3}, {"gamma", 0.5}}, 60), 0.5);
  EXPECT_DOUBLE_EQ(at({{"name", "step"}, {"every", 3}, {"gamma", 0.5}}, 199), 0.125);
  const Json twice = {{"name", "step"}, {"milestones", {2, 5}}};
  EXPECT_DOUBLE_EQ(at(twice, 39), 1);
  EXPECT_DOUBLE_EQ(at(twice, 40), 0.1);
  EXPECT_NEAR(at(twice, 199), 0.01, 1e-15);
}

TEST(Schedule, FallsAsTheInverseRootOrAtTheEnd) {
  const auto root =
      make_schedule({{"name", "inverse_root"}, {"warmup", 0.25}}, {4, 25}, "test");  // 25 of 100 steps
  EXPECT_DOUBLE_EQ(root(25), 1);
  EXPECT_DOUBLE_EQ(root(75), std::sqrt(25.0 / 75));
  const auto stable =
      make_schedule({{"name", "constant_then_decay"}, {"decay", 0.2}, {"final", 0.1}}, {4, 25}, "test");
  EXPECT_DOUBLE_EQ(stable(80), 1);
  EXPECT_DOUBLE_EQ(stable(90), 0.55);
  EXPECT_NEAR(stable(99), 0.145, 1e-12);
}

TEST(Schedule, EachWarmsUp) {
  for (const auto& [name, entry] : registry<ScheduleEntry>()) {
    if (name == "one_cycle") continue;                                                      // it has its own
    const auto rate = make_schedule({{"name", name}, {"warmup", 0.09}}, {1, 100}, "test");  // 9 steps
    for (int64_t step = 0; step < 9; ++step)
      EXPECT_DOUBLE_EQ(rate(step), static_cast<double>(step + 1) / 10) << name;
    EXPECT_DOUBLE_EQ(rate(9), 1) << name;
  }
}

TEST(Schedule, OneCycleRisesAndFalls) {
  const Json linear = {
      {"name", "one_cycle"}, {"warmup", 0.25}, {"start", 0.2}, {"final", 0.1}, {"anneal", "linear"}};
  const auto rate = make_schedule(linear, {1, 201}, "test");  // 201 steps: 0 … 200, the peak at 50
  EXPECT_DOUBLE_EQ(rate(0), 0.2);
  EXPECT_DOUBLE_EQ(rate(25), 0.6);
  EXPECT_DOUBLE_EQ(rate(50), 1);
  EXPECT_DOUBLE_EQ(rate(125), 0.55);
  EXPECT_DOUBLE_EQ(rate(200), 0.1);
  auto cosine = linear;
  cosine["anneal"] = "cosine";
  EXPECT_NEAR(make_schedule(cosine, {1, 201}, "test")(25), 0.6, 1e-15);
  EXPECT_NEAR(make_schedule(cosine, {1, 201}, "test")(20),
              0.2 + 0.8 * (1 - std::cos(0.4 * std::numbers::pi)) / 2, 1e-15);
}

TEST(Schedule, TakesOneStepAlone) {
  for (const auto& [name, entry] : registry<ScheduleEntry>())
    EXPECT_TRUE(std::isfinite(make_schedule({{"name", name}}, {1, 1}, "test")(0))) << name;
}

TEST(Schedule, RefusesWhatCannotBe) {
  const auto make = [](const Json& options) { make_schedule(options, {10, 20}, "recipe"); };
  EXPECT_THROW(make({{"name", "cosin"}}), c10::ValueError);
  EXPECT_THROW(make({{"name", "cosine"}, {"finale", 0.1}}), c10::ValueError);
  EXPECT_THROW(make({{"name", "step"}, {"every", 0}}), c10::ValueError);
  EXPECT_THROW(make({{"name", "step"}, {"milestones", {0}}}), c10::ValueError);
  EXPECT_THROW(make({{"name", "one_cycle"}, {"warmup", 1.5}}), c10::ValueError);
  EXPECT_THROW(make({{"name", "one_cycle"}, {"anneal", "sudden"}}), c10::ValueError);
}

}  // namespace
}  // namespace spinlab::training
