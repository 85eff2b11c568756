#include "models/forecasters/echo_state_network.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "src/core/seed.h"
#include "src/physics/dynamics/trajectories.h"
#include "tests/support/mistake.h"

namespace spinlab::models {
namespace {

/// n trajectories of Lorenz's system, in units of about their deviation.
at::Tensor lorenz_paths(int64_t n, int64_t steps) {
  const auto starts = at::randn({n, 3}, make_generator(6, "lorenz paths"), at::kDouble) +
                      at::tensor({1.0, 1.0, 20.0}, at::kDouble);
  return physics::runge_kutta_4(physics::Lorenz{}, starts, {0.01, 2 * (steps - 1), 2}) / 8;
}

EchoStateNetworkOptions small_network() {
  return {.reservoir = {.units = 43,
                        .degree = 6,
                        .radius = 0.7,
                        .leak = 0.6,
                        .input_scaling = 0.2,
                        .bias_scaling = 0.1,
                        .seed = 1},
          .washout = 20,
          .penalty = 1e-4};
}

at::Tensor features_of(const EchoStateNetwork& model, const at::Tensor& heard) {
  auto state = model.reservoir().rest(heard.size(0));
  auto x = model.reservoir().listen(heard, state);
  x.slice(2, 1, std::nullopt, 2).square_();
  return x;
}

/// By the singular values of the augmented rows, not by normal equations.
TEST(EchoStateNetwork, ReadoutIsRidgeOnTheStatesAfterTheWashout) {
  const auto paths = lorenz_paths(3, 700);
  EchoStateNetwork model(small_network());
  model.fit(paths);
  const auto x = features_of(model, paths.slice(1, 0, -1)).slice(1, 19).flatten(0, 1);
  const auto y = paths.slice(1, 20).flatten(0, 1);
  const auto n = static_cast<double>(x.size(0));
  const auto A = at::cat({x - x.mean(0), at::eye(43, at::kDouble) * std::sqrt(1e-4 * n)});
  const auto B = at::cat({y - y.mean(0), at::zeros({43, 3}, at::kDouble)});
  const auto weights = std::get<0>(at::linalg_lstsq(A, B, std::nullopt, "gelsd"));
  const auto fitted = model.state().at("weights");
  EXPECT_LT((fitted - weights).norm().item<double>(), 1e-8 * weights.norm().item<double>());
  const auto said = (x - x.mean(0)).matmul(weights) + y.mean(0);
  EXPECT_LT((model.next(paths).slice(1, 0, -1).flatten(0, 1) - said).abs().max().item<double>(), 1e-9);
}

TEST(EchoStateNetwork, AForecastIsItsOwnNextInput) {
  const auto paths = lorenz_paths(10, 400);
  EchoStateNetwork model(small_network());
  model.fit(paths);
  const auto heard = paths.slice(1, 0, 100);
  const auto forecast = model.forecast(heard, 6);
  for (int64_t t = 0; t < 6; ++t) {
    const auto again = model.next(at::cat({heard, forecast.slice(1, 0, t)}, 1)).slice(1, -1);
    EXPECT_LT((again - forecast.slice(1, t, t + 1)).abs().max().item<double>(), 1e-12) << t;
  }
}

TEST(EchoStateNetwork, AForecastHasTheSameBitsInAnyCompany) {
  const auto paths = lorenz_paths(13, 300);
  EchoStateNetwork model(small_network());
  model.fit(paths);
  const auto all = model.forecast(paths, 40);
  for (const int64_t i : {0, 7, 12})
    EXPECT_TRUE(at::equal(model.forecast(paths.narrow(0, i, 1), 40), all.narrow(0, i, 1))) << i;
}

TEST(EchoStateNetwork, ForecastsLorenzForLyapunovTimes) {
  EchoStateNetwork model(
      {.reservoir = {.units = 300, .degree = 10, .radius = 0.4, .input_scaling = 0.2, .bias_scaling = 0.2},
       .penalty = 1e-10});
  const auto paths = lorenz_paths(1, 6000);
  model.fit(paths.slice(1, 0, 5000));
  const auto truth = paths.slice(1, 5200, 5200 + 165);  // 3 Lyapunov times of 1/0.9056 in steps of 0.02
  const auto forecast = model.forecast(paths.slice(1, 5000, 5200), 165);
  EXPECT_LT((forecast - truth).abs().max().item<double>(), 0.4);
}

TEST(EchoStateNetwork, SameStateSameForecast) {
  const auto paths = lorenz_paths(2, 300);
  EchoStateNetwork model(small_network()), other(small_network());
  model.fit(paths);
  other.load_state(model.state());
  EXPECT_TRUE(at::equal(model.forecast(paths, 30), other.forecast(paths, 30)));
}

TEST(EchoStateNetwork, SaysWhatIsWrongWithTrajectories) {
  const auto paths = lorenz_paths(2, 120);
  EchoStateNetwork model(small_network());
  const auto refused = [&](const at::Tensor& given, const char* why) {
    EXPECT_THAT(mistake([&] { model.fit(given); }), testing::HasSubstr(why));
  };
  refused(paths.slice(1, 0, 20), "trajectories of 20 states are too short: the model needs 21");
  auto broken = paths.clone();
  broken[1][17][2] = std::numeric_limits<double>::quiet_NaN();
  refused(broken, "trajectory 1 is not finite at state 17");
  refused(paths.to(at::kFloat), "float64");
  refused(paths[0], "(n, T, d)");
  EXPECT_THROW(model.forecast(paths, 3), c10::Error);
  model.fit(paths);
  EXPECT_THAT(mistake([&] { model.forecast(paths.slice(2, 0, 2), 3); }),
              testing::HasSubstr("2 numbers a state"));
}

TEST(EchoStateNetwork, FewStatesWithoutPenaltyHaveNoUniqueReadout) {
  auto options = small_network();
  options.penalty = 0;
  EchoStateNetwork model(options);
  EXPECT_THAT(mistake([&] { model.fit(lorenz_paths(1, 45)); }), testing::HasSubstr("raise the penalty"));
}

TEST(Forecaster, SaysWhereAForecastDiverged) {
  auto forecast = at::zeros({2, 9, 3}, at::kDouble);
  require_bounded(forecast);
  forecast[1].slice(0, 6).fill_(std::numeric_limits<double>::infinity());
  EXPECT_THAT(mistake([&] { require_bounded(forecast); }),
              testing::HasSubstr("trajectory 1 is not finite at state 6"));
}

}  // namespace
}  // namespace spinlab::models
