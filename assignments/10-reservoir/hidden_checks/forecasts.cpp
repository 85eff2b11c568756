// Forecasters: no steps, short data, exponents of all units, products of one number, where a forecast is
// lost.
#include <cmath>
#include <limits>

#include "assignments/10-reservoir/calls.h"
#include "assignments/10-reservoir/problems.h"
#include "assignments/10-reservoir/refusals.h"

namespace {

using namespace spinlab;
using namespace reservoir::problems;
using reservoir::Readout;
using reservoir::Reservoir;

/// Near 0 the reservoir is linear, so it goes on along a circle: to the third order of its small inputs.
TEST(FitForecaster, GoesOnAlongACircle) {
  const double angle = number(0.2, 0.5, "angle");
  const auto t = angle * torch::arange(90, torch::kFloat64);
  const auto circle = torch::stack({t.cos(), t.sin()}, 1);
  const Reservoir some{0.5 * rotation(4, "W"), 1e-4 * normal({4, 2}, "W_in"), zeros({4}), 1};
  const auto found = fit_forecaster(some, circle.slice(0, 0, 60).contiguous(), 40, 1e-16);
  EXPECT_CLOSE(forecast(some, found.readout, found.state, 30), circle.slice(0, 60), atol(1e-2));
}

TEST(FitForecaster, RefusesWhatIsTooShort) {
  const auto some = some_reservoir(3, 1, 0.9, 1, "reservoir");
  const auto U = normal({20, 1}, "trajectory");
  auto lost = U.clone();
  lost[19][0] = std::numeric_limits<double>::quiet_NaN();
  between_right_answers([&] { EXPECT_CLOSE(fit_forecaster(some, U, 18, 1).readout.b, U[19], rtol(1e-10)); },
                        [&] {
                          EXPECT_THROW(fit_forecaster(some, U, 19, 1), StudentError);
                          EXPECT_THROW(fit_forecaster(some, U, -1, 1), StudentError);
                          EXPECT_THROW(fit_forecaster(some, U, 3, -1), StudentError);
                          expect_refused_at("time", 19, [&] { fit_forecaster(some, lost, 3, 1); });
                        });
}

TEST(Forecast, OfNoAndOfOneStep) {
  const auto some = some_reservoir(4, 3, 1.1, 0.5, "reservoir");
  const auto readout = some_readout(4, 3, "readout");
  const auto state = uniform({4}, -1, 1, "state");
  between_right_answers(
      [&] {
        EXPECT_CLOSE(forecast(some, readout, state, 1)[0], readout.W.matmul(state) + readout.b, atol(1e-12));
        EXPECT_EQ(forecast(some, readout, state, 0).size(0), 0);
      },
      [&] { EXPECT_THROW(forecast(some, readout, state, -1), StudentError); });
}

/// All of them add up to the mean logarithm of the determinants along the forecast.
TEST(ForecastExponents, AddUpToTheGrowthOfVolumes) {
  const auto some = some_reservoir(4, 2, 1.3, 0.6, "reservoir");
  const auto readout = some_readout(4, 2, "readout");
  auto x = uniform({4}, -0.8, 0.8, "state");
  const auto found = forecast_exponents(some, readout, x, 5, 4, 0.2);
  double volume = 0;
  for (int t = 0; t < 5; ++t) {
    const auto u = readout.W.matmul(x) + readout.b;
    const auto driven = some.W.matmul(x) + some.W_in.matmul(u) + some.b;
    const auto J = 0.4 * eye(4) +
                   0.6 * torch::diag(1 - driven.tanh().square()).matmul(some.W + some.W_in.matmul(readout.W));
    volume += torch::linalg_det(J).abs().log().item<double>();
    x = plain_next(some, x, u);
  }
  EXPECT_CLOSE(found.sum().item<double>(), volume / (5 * 0.2), atol(1e-8));
}

/// Without a leak and without a loop a step forgets everything.
TEST(ForecastExponents, RefuseAStateThatIsForgotten) {
  const auto W_in = normal({3, 1}, "W_in"), row = normal({1, 3}, "row");
  const Reservoir some{eye(3) - W_in.matmul(row), W_in, zeros({3}), 1},
      deaf{zeros({3, 3}), W_in, zeros({3}), 1};
  const Readout readout{row, zeros({1})}, silent{zeros({1, 3}), zeros({1})};
  between_right_answers(
      [&] { EXPECT_CLOSE(forecast_exponents(some, readout, zeros({3}), 2, 3, 1), zeros({3}), atol(1e-9)); },
      [&] {
        EXPECT_THROW(forecast_exponents(deaf, silent, zeros({3}), 2, 1, 1), StudentError);
        EXPECT_THROW(forecast_exponents(some, readout, zeros({3}), 0, 1, 1), StudentError);
        EXPECT_THROW(forecast_exponents(some, readout, zeros({3}), 2, 4, 1), StudentError);
        EXPECT_THROW(forecast_exponents(some, readout, zeros({3}), 2, 1, 0), StudentError);
      });
}

TEST(Delayed, RefusesWhatIsTooShort) {
  const auto U = normal({7, 2}, "trajectory");
  between_right_answers(
      [&] {
        EXPECT_CLOSE(delayed(U, 3, 3), torch::cat({U[6], U[3], U[0]}).unsqueeze(0), atol(0.0));
        EXPECT_CLOSE(delayed(U, 1, 9), U, atol(0.0));
      },
      [&] {
        EXPECT_THROW(delayed(U, 3, 4), StudentError);
        EXPECT_THROW(delayed(U, 0, 1), StudentError);
        EXPECT_THROW(delayed(U, 2, 0), StudentError);
      });
}

/// (Σ s)² is the sum of all products, those of two different numbers twice.
TEST(WithProducts, HoldEveryProductOnce) {
  const auto S = normal({3, 5}, "numbers");
  const auto found = with_products(S);
  ASSERT_EQ(found.size(1), 20);
  const auto products = found.slice(1, 5).sum(1);
  EXPECT_CLOSE(2 * products - S.square().sum(1), S.sum(1).square(), atol(1e-11));
  EXPECT_CLOSE(with_products(S.slice(1, 2, 3).contiguous()),
               torch::cat({S.slice(1, 2, 3), S.slice(1, 2, 3).square()}, 1), atol(1e-14));
}

/// Rows are those with all delays; what is learnt is the difference to the newest state.
TEST(FitNextGeneration, SolvesItsRidgeEquations) {
  const auto U = normal({50, 2}, "trajectory");
  const auto found = fit_next_generation(U, 2, 3, 0.2);
  ASSERT_EQ(found.W.size(1), 14);
  const auto heard = torch::cat({U.slice(0, 3, 49), U.slice(0, 0, 46)}, 1);
  std::vector<Tensor> features{heard};
  for (int64_t i = 0; i < 4; ++i)
    for (int64_t j = i; j < 4; ++j)
      features.push_back((heard.select(1, i) * heard.select(1, j)).unsqueeze(1));
  const auto residual =
      ridge_residual(torch::cat(features, 1), U.slice(0, 4) - U.slice(0, 3, 49), found, 0.2);
  EXPECT_CLOSE(residual, zeros({2, 15}), atol(1e-9));
  const auto shortest = fit_next_generation(U.slice(0, 0, 5).contiguous(), 2, 3, 0.2);
  EXPECT_CLOSE(shortest.b, U[4] - U[3], atol(1e-12));
}

TEST(FitNextGeneration, SaysWhereANumberIsLost) {
  const auto U = normal({30, 2}, "trajectory");
  auto lost = U.clone();
  lost[21][1] = std::numeric_limits<double>::infinity();
  between_right_answers(
      [&] { EXPECT_CLOSE(fit_next_generation(U, 2, 1, 1e12).b, (U[29] - U[1]) / 28, atol(1e-8)); },
      [&] {
        expect_refused_at("time", 21, [&] { fit_next_generation(lost, 2, 1, 0.1); });
        EXPECT_THROW(fit_next_generation(U, 0, 1, 0.1), StudentError);
        EXPECT_THROW(fit_next_generation(U, 2, 1, -0.1), StudentError);
        EXPECT_THROW(fit_next_generation(U, 4, 10, 0.1), StudentError);
      });
}

/// With u(t + 1) = u(t) + a u(t − 2): the state of two steps ago counts, and only the end of what is heard.
TEST(ContinueTrajectory, RemembersItsDelays) {
  const auto U = normal({9, 1}, "trajectory");
  const double a = number(0.2, 0.5, "a");
  const Readout readout{vector({0, a, 0, 0, 0}).unsqueeze(0), vector({0})};
  auto path = U.clone();
  for (int t = 0; t < 6; ++t) {
    const auto T = path.size(0);
    path = torch::cat({path, (path[T - 1] + a * path[T - 3]).unsqueeze(0)});
  }
  EXPECT_CLOSE(continue_trajectory(readout, U, 2, 2, 6), path.slice(0, 9), atol(1e-11));
  EXPECT_CLOSE(continue_trajectory(readout, U.slice(0, 6).contiguous(), 2, 2, 6), path.slice(0, 9),
               atol(1e-11));
}

/// u ← u + u² grows beyond all bounds.
TEST(ContinueTrajectory, SaysWhereItDiverges) {
  const double start = number(1, 3, "start");
  const Readout square{vector({0, 1}).unsqueeze(0), vector({0})};
  int64_t first = 0;
  for (double u = start; std::isfinite(u); ++first) u += u * u;
  const auto heard = vector({start}).unsqueeze(1);
  auto lost = torch::ones({14, 1}, torch::kFloat64);
  lost[11][0] = std::numeric_limits<double>::infinity();
  between_right_answers(
      [&] {
        EXPECT_CLOSE(continue_trajectory(square, heard, 1, 1, 1)[0][0].item<double>(), start + start * start,
                     rtol(1e-12));
        EXPECT_EQ(continue_trajectory(square, heard, 1, 1, first - 1).size(0), first - 1);
        EXPECT_EQ(continue_trajectory(square, heard, 1, 1, 0).size(0), 0);
      },
      [&] {
        expect_refused_at("step", first, [&] { continue_trajectory(square, heard, 1, 1, first + 5); });
        expect_refused_at("time", 11, [&] { continue_trajectory(square, lost, 1, 1, 1); });
        EXPECT_THROW(continue_trajectory(square, heard, 1, 1, -1), StudentError);
        EXPECT_THROW(continue_trajectory(square, heard, 2, 1, 1), StudentError);
      });
}

}  // namespace
