#include "src/training/runs/forecast_part.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>

#include "src/training/config.h"
#include "src/training/runs/prepared_run.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::training {
namespace {

class ForecastPartTest : public SpinlabTest {
 protected:
  static PreparedRun fitted(const Json& data) {
    PreparedRun run(
        complete_config(
            {{"recipe", "toy"}, {"model", {{"name", "next_generation_reservoir"}}}, {"data", data}}, "toy"),
        datasets::DataFolders());
    run.learner->train_epoch();
    return run;
  }
};

TEST_F(ForecastPartTest, SaysWhatTheMetricsSay) {
  auto run = fitted({{"name", "lorenz"}, {"length", 2000}, {"test", 5}, {"heard", 20}, {"horizon", 1500}});
  const auto told = forecast_part(*run.learner, run.set, run.set.test);
  const auto valid_times = told.at("valid_times").get<std::vector<double>>();
  ASSERT_EQ(valid_times.size(), 5u);
  const auto mean = at::tensor(valid_times, at::kDouble).mean().item<double>();
  EXPECT_CLOSE(run.learner->evaluate(run.set.test).at("valid_time"), mean, rtol(1e-12));
  // Of 1,500 states every second one.
  ASSERT_EQ(told.at("time").size(), 750u);
  EXPECT_CLOSE(told.at("time")[1].get<double>(), 3 * 0.02 * 0.9056, rtol(1e-12));
  EXPECT_EQ(told.at("truth")[2][1].get<double>(), run.set.test.inputs[0][22][2].item<double>());
  EXPECT_CLOSE(told.at("forecast")[2][1].get<double>(),
               run.learner->predict(run.set.test.inputs)[0][2][2].item<double>(), rtol(1e-12));
  EXPECT_LT(told.at("error").at("median")[0].get<double>(), 0.01);
  EXPECT_LE(told.at("error").at("low")[3].get<double>(), told.at("error").at("high")[3].get<double>());
}

TEST_F(ForecastPartTest, IsOfTrajectories) {
  auto run = fitted({{"name", "lorenz"}, {"length", 500}, {"test", 2}});
  const auto moons = datasets::load_dataset({{"name", "moons"}}, datasets::DataFolders(), 1);
  EXPECT_THAT(mistake([&] { forecast_part(*run.learner, moons, moons.test); }),
              testing::HasSubstr("moons has no trajectories"));
}

}  // namespace
}  // namespace spinlab::training
