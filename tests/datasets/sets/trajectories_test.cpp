#include "datasets/sets/trajectories.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "datasets/dataset.h"
#include "src/physics/dynamics/kuramoto_sivashinsky.h"
#include "src/physics/dynamics/lyapunov.h"
#include "src/physics/dynamics/mackey_glass.h"
#include "tests/support/mistake.h"

namespace spinlab::datasets {
namespace {

Dataset motions(const char* name, Json options = Json::object(), std::uint64_t seed = 1) {
  options["name"] = name;
  return load_dataset(options, DataFolders{}, seed);
}

/// By tangent vectors as differences of two solutions that are 1e-6 apart.
TEST(Trajectories, MackeyGlassHasTheExponentThatItSays) {
  constexpr double kApart = 1e-6;
  constexpr int64_t kSteps = 170;
  const physics::MackeyGlass system;
  const auto motion = [&](at::Tensor& state, at::Tensor& vectors) {
    const auto both = at::cat({state.unsqueeze(0), state.unsqueeze(0) + kApart * vectors.t()});
    const auto path =
        physics::integrate(system, both, {.steps_per_delay = kSteps, .steps = kSteps, .every = 1});
    state = path[0];
    vectors = (path.slice(0, 1) - path[0]).t().div(kApart);
  };
  const auto start = at::full({kSteps + 1}, 0.9, at::kDouble);
  const auto found = physics::lyapunov_spectrum(
      motion, start, {.time = system.delay, .motions = 4000, .transient = 500, .count = 1});
  const auto exponent = found.exponents[0].item<double>(), error = found.errors[0].item<double>();
  EXPECT_LT(error, 4e-4);
  EXPECT_NEAR(motions("mackey-glass", {{"test", 1}}).motion->exponent, exponent, 5.1 * error);
}

TEST(Trajectories, KuramotoSivashinskyHasTheExponentThatItSays) {
  const auto set = motions("kuramoto-sivashinsky", {{"test", 1}, {"length", 100}});
  const physics::KuramotoSivashinskySteps steps({.length = 22, .points = 32}, 0.25);
  const auto motion = [&](at::Tensor& u, at::Tensor& vectors) {
    for (int i = 0; i < 8; ++i) steps.advance(u, vectors);
  };
  const auto start = set.train.inputs[0][0].slice(0, 0, 64, 2).contiguous();
  const auto found =
      physics::lyapunov_spectrum(motion, start, {.time = 2, .motions = 1600, .transient = 100, .count = 1});
  const auto exponent = found.exponents[0].item<double>(), error = found.errors[0].item<double>();
  EXPECT_LT(error, 6e-3);
  EXPECT_NEAR(set.motion->exponent, exponent, 5.1 * error);
}

TEST(Trajectories, AreSolutionsFromStartsOfTheirOwn) {
  const auto set =
      motions("lorenz", {{"time_step", 0.01}, {"length", 500}, {"test", 7}, {"heard", 30}, {"horizon", 50}});
  EXPECT_EQ(set.train.inputs.sizes(), (std::vector<int64_t>{1, 500, 3}));
  EXPECT_EQ(set.test.inputs.sizes(), (std::vector<int64_t>{7, 80, 3}));
  const auto u = set.train.inputs[0];
  const auto x = u.select(1, 0), y = u.select(1, 1), z = u.select(1, 2);
  const auto slope = at::stack({10 * (y - x), x * (28 - z) - y, x * y - 8.0 / 3 * z}, 1);
  // Five-point differences are of order 4: h⁴/30 times the fifth derivative.
  const auto h = 0.01;
  const auto difference =
      (u.slice(0, 0, -4) - 8 * u.slice(0, 1, -3) + 8 * u.slice(0, 3, -1) - u.slice(0, 4)) / (12 * h);
  EXPECT_LT((difference - slope.slice(0, 2, -2)).abs().max().item<double>(), 0.05);
  EXPECT_GT((set.test.inputs.slice(0, 1) - set.test.inputs[0]).abs().amax({1, 2}).min().item<double>(), 1);
}

TEST(Trajectories, NoiseIsOnWhatIsHeardAndNotOnTheTruth) {
  const Json few = {{"length", 4000}, {"test", 50}, {"heard", 40}, {"horizon", 10}};
  auto loud = few;
  loud["noise"] = 0.01;
  const auto clean = motions("lorenz", few), noisy = motions("lorenz", loud);
  const auto in_units = [&](const at::Tensor& a, const at::Tensor& b) {
    return ((a - b) / clean.deviation).square().mean().sqrt().item<double>();
  };
  EXPECT_TRUE(at::equal(noisy.test.inputs.slice(1, 40), clean.test.inputs.slice(1, 40)));
  EXPECT_NEAR(in_units(noisy.train.inputs, clean.train.inputs), 0.01, 0.01 * 5.1 / std::sqrt(2 * 12'000));
  EXPECT_NEAR(in_units(noisy.test.inputs.slice(1, 0, 40), clean.test.inputs.slice(1, 0, 40)), 0.01,
              0.01 * 5.1 / std::sqrt(2 * 6'000));
  EXPECT_TRUE(at::equal(noisy.mean, clean.mean));
}

TEST(Trajectories, WindowsAreViewsOfTheOneTrajectory) {
  const auto set = motions("lorenz", {{"length", 100}, {"window", 10}, {"stride", 3}, {"test", 1}});
  EXPECT_EQ(set.train.inputs.sizes(), (std::vector<int64_t>{31, 10, 3}));
  EXPECT_EQ(set.train.inputs.storage().nbytes(), 100 * 3 * sizeof(double));
  EXPECT_TRUE(at::equal(set.train.inputs[1][0], set.train.inputs[0][3]));
}

TEST(Trajectories, SayWhatCannotBe) {
  const auto refused = [](const char* name, Json options, const char* why) {
    EXPECT_THAT(mistake([&] { motions(name, options); }), testing::HasSubstr(why));
  };
  refused("mackey-glass", {{"time_step", 0.33}}, "does not divide the delay of 17");
  refused("lorenz", {{"length", 10}, {"window", 11}}, "window");
  refused("lorenz", {{"test", 1'000'000}, {"horizon", 1'000'000}}, "fewer tests");
}

}  // namespace
}  // namespace spinlab::datasets
