// The master of 10-reservoir against published numbers that cost too much for a check: Lorenz's exponents, an
// error on the Mackey–Glass series, how long two forecasters are right.
#include <gtest/gtest.h>
#include <torch/types.h>

#include "assignments/10-reservoir/reservoir.h"
#include "src/core/seed.h"
#include "src/physics/dynamics/mackey_glass.h"

namespace spinlab::reservoir_facts {
namespace {

using torch::Tensor;

constexpr double kExponent = 0.9056, kStep = 0.02;

/// n solutions on the attractor, (n, steps + 1, 3).
Tensor solutions(int64_t n, int64_t steps, double h) {
  const auto starts = torch::randn({n, 3}, make_generator(0, "starts"), torch::kFloat64) + 10;
  const auto settled = reservoir::trajectories({}, starts, 0.01, 2000).select(1, 2000).contiguous();
  return reservoir::trajectories({}, settled, h, steps);
}

/// Sprott's 0.9056, 0 and −14.5723. Over 60 units of time the first has the deviation 0.032; here are 40
/// times as many.
TEST(ReservoirFacts, ExponentsOfLorenzsSystem) {
  const auto paths = solutions(12, 10'000, kStep);
  std::vector<Tensor> found;
  for (const auto& path : paths.unbind())
    found.push_back(reservoir::lyapunov_exponents(
        reservoir::lorenz_step_maps({}, path.slice(0, 0, 10'000), kStep), 3, kStep));
  const auto mean = torch::stack(found).mean(0);
  EXPECT_NEAR(mean[0].item<double>(), kExponent, 0.03);
  EXPECT_NEAR(mean[1].item<double>(), 0, 0.03);
  EXPECT_NEAR(mean[2].item<double>(), -14.5723, 0.03);
}

/// reservoirpy's authors report a root mean square error of 0.00203 with 100 units.
TEST(ReservoirFacts, ErrorOnTheMackeyGlassSeries) {
  const auto history = torch::full({1}, 1.2, torch::kFloat64);
  const auto series = physics::integrate(physics::MackeyGlass{}, history, {.steps = 35'000, .every = 10})[0];
  const auto U = series.slice(0, 500).unsqueeze(1).contiguous();
  const auto drawn = reservoir::draw_reservoir(
      {.units = 100, .inputs = 1, .radius = 0.9, .input_scaling = 1, .bias_scaling = 0.5}, 1);
  const auto learnt = reservoir::fit_forecaster(drawn, U.slice(0, 0, 2000).contiguous(), 100, 1e-8);
  const auto X = reservoir::listen(drawn, U, torch::zeros({100}, torch::kFloat64)).slice(0, 2000, -1);
  const auto error = X.matmul(learnt.readout.W.t()) + learnt.readout.b - U.slice(0, 2001);
  EXPECT_LT(error.square().mean().sqrt().item<double>(), 0.00203);
}

/// About 5 Lyapunov times by the next generation from 400 points [Gauthier et al. 2021], and 6 by 100 units
/// that the handout speaks of.
TEST(ReservoirFacts, HowLongForecastsAreRight) {
  const int64_t training = 1500, horizon = 600;
  const auto paths = solutions(12, training + horizon, kStep);
  const auto mean = paths[0].mean(0), deviation = paths[0].std(0, false);
  const auto U = ((paths - mean) / deviation).slice(1, 0, training + horizon);
  const auto drawn = reservoir::draw_reservoir({}, 1);
  std::vector<Tensor> by_units, by_products;
  for (const auto& path : U.unbind()) {
    const auto heard = path.slice(0, 0, training).contiguous();
    const auto learnt = reservoir::fit_forecaster(drawn, heard, 100, 1e-10);
    by_units.push_back(reservoir::forecast(drawn, learnt.readout, learnt.state, horizon));
    const auto next = reservoir::fit_next_generation(heard.slice(0, 0, 400), 2, 1, 1e-10);
    by_products.push_back(reservoir::continue_trajectory(next, heard, 2, 1, 300));
  }
  const auto time = [&](const std::vector<Tensor>& said) {
    const auto forecasts = torch::stack(said);
    const auto truths = U.slice(1, training, training + forecasts.size(1));
    return reservoir::valid_times(forecasts, truths, torch::ones({3}, torch::kFloat64), 0.4,
                                  kStep * kExponent)
        .mean()
        .item<double>();
  };
  EXPECT_GT(time(by_units), 4.5);
  EXPECT_GT(time(by_products), 4);
}

}  // namespace
}  // namespace spinlab::reservoir_facts
