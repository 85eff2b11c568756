#include "src/training/forecaster_fit.h"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>

#include "src/training/config.h"
#include "src/training/forecast_metrics.h"
#include "src/training/runs/run.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::training {
namespace {

class ForecasterFitTest : public SpinlabTest {
 protected:
  static Json config(Json model, Json data) {
    return complete_config({{"recipe", "forecast"}, {"model", std::move(model)}, {"data", std::move(data)}},
                           "forecast");
  }
  static Json lorenz(Json more) {
    more["name"] = "lorenz";
    return more;
  }
};

/// An error that starts at ε and grows e-fold in a Lyapunov time is large after ln(0.4/ε) of them.
TEST_F(ForecasterFitTest, AnErrorThatGrowsWithTheExponentIsLargeAfterItsLogarithm) {
  const datasets::Motion motion{.time_step = 0.01, .exponent = 0.9, .heard = 1};
  const auto time = at::arange(1, 1001, at::kDouble) * 0.01;
  const auto start = at::tensor({1e-3, 1e-2}, at::kDouble).view({2, 1, 1});
  const auto error = start * (0.9 * time).exp().view({1, 1000, 1});
  const auto truth = at::randn({2, 1000, 4}, at::kDouble);
  const auto times = valid_times(truth + error, truth, motion);
  for (int64_t i = 0; i < 2; ++i)
    EXPECT_CLOSE(times[i].item<double>(), std::log(0.4 / start[i].item<double>()), atol(0.01 * 0.9)) << i;
}

TEST_F(ForecasterFitTest, AForecastIsWrongFromItsFirstLargeErrorOnAndWhereItIsNotFinite) {
  const datasets::Motion motion{.time_step = 1, .exponent = 1, .heard = 1};
  const auto truth = at::zeros({3, 6, 1}, at::kDouble);
  auto forecast = at::zeros({3, 6, 1}, at::kDouble);
  forecast[0][2] = 1;
  forecast[1].slice(0, 4).fill_(std::numeric_limits<double>::quiet_NaN());
  const auto metrics = forecast_metrics(forecast, truth, motion);
  EXPECT_TRUE(at::equal(valid_times(forecast, truth, motion), at::tensor({2.0, 4.0, 6.0}, at::kDouble)));
  EXPECT_EQ(metrics.at("valid_time"), 4);
  EXPECT_CLOSE(metrics.at("valid_time_deviation"), std::sqrt(8.0 / 3), rtol(1e-15));
  EXPECT_CLOSE(metrics.at("right_to_the_end"), 1.0 / 3, rtol(1e-15));
}

TEST_F(ForecasterFitTest, AForecasterIsRunAndEvaluatedLikeANetwork) {
  const auto data = lorenz({{"length", 1500}, {"test", 9}, {"heard", 100}, {"horizon", 200}});
  for (const auto* name : {"echo_state_network", "next_generation_reservoir"}) {
    const RunFolder run(folder() / name);
    const auto result =
        start_run(config({{"name", name}}, data), run, datasets::DataFolders(), "test", false);
    EXPECT_GT(result->at("metrics").at("test_valid_time"), 1) << name;
    EXPECT_GT(result->at("metrics").at("test_r2"), 0.9999) << name;
    EXPECT_EQ(evaluate_run(run, datasets::DataFolders(), "").at("test_valid_time"),
              result->at("metrics").at("test_valid_time"))
        << name;
  }
}

TEST_F(ForecasterFitTest, SaysWhichDataAndWhichMemoryDoNotSuit) {
  const auto start = [&](const Json& model, const Json& data) {
    return mistake([&] {
      start_run(config(model, data), RunFolder(folder() / "refused"), datasets::DataFolders(), "test", false);
    });
  };
  EXPECT_THAT(start({{"name", "next_generation_reservoir"}}, {{"name", "moons"}}),
              testing::HasSubstr("forecasts trajectories; moons is for classification"));
  EXPECT_THAT(start({{"name", "echo_state_network"}, {"washout", 300}}, lorenz(Json::object())),
              testing::HasSubstr("hears 300 states before it predicts"));
  EXPECT_THAT(start({{"name", "ridge"}}, lorenz(Json::object())),
              testing::HasSubstr("lorenz is for forecasting"));
  EXPECT_THAT(start({{"name", "mlp"}}, lorenz(Json::object())),
              testing::HasSubstr("choose a model that does: echo_state_network, next_generation_reservoir"));
}

}  // namespace
}  // namespace spinlab::training
