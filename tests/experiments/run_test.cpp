#include "experiments/run.h"

#include <signal.h>

#include <atomic>
#include <set>

#include "experiments/experiment_file.h"
#include "src/core/interrupt.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::experiments {
namespace {

using testing::HasSubstr;

Run quiet_run() { return {Json::object(), "test", 1, datasets::DataFolders(), /*shows_progress=*/false}; }

TEST(RunTest, EveryTaskIsDoneOnce) {
  std::vector<int> times(100);
  quiet_run().tasks("t", std::vector<double>(times.size(), 1.0),
                    [&](int64_t i) { ++times[static_cast<size_t>(i)]; });
  EXPECT_EQ(times, std::vector<int>(times.size(), 1));
}

TEST(RunTest, AfterAFailureNothingMoreIsBegun) {
  std::atomic<int> begun = 0;
  const auto fail = [&](int64_t) {
    ++begun;
    TORCH_CHECK_VALUE(false, "no");
  };
  EXPECT_EQ(mistake([&] { quiet_run().tasks("t", std::vector<double>(1000, 1.0), fail); }), "no");
  EXPECT_LT(begun, 100);
}

TEST(RunTest, EndsAtCtrlC) {
  const Interrupt interrupt;
  std::atomic<int> begun = 0;
  const auto press = [&](int64_t) {
    ++begun;
    ::raise(SIGINT);
  };
  EXPECT_THROW(quiet_run().tasks("t", std::vector<double>(1000, 1.0), press), Interrupted);
  EXPECT_LT(begun, 100);
}

TEST(ExperimentFile, EverySourceHasOneAndIsRegistered) {
  std::set<std::string> registered;
  for (const auto& [name, entry] : registry<ExperimentEntry>()) registered.insert(name);
  const auto names = experiment_names();
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()), registered);
}

TEST(ExperimentFile, UnknownNamesAndSettingsComeWithTheNearest) {
  EXPECT_THAT(mistake([] { read_experiment("kernel-witdh"); }), HasSubstr("did you mean \"kernel-width\"?"));
  const auto experiment = read_experiment("kernel-width");
  EXPECT_THAT(mistake([&] { override_settings(experiment, {"network=3"}); }),
              HasSubstr("unknown key \"network\"; did you mean \"networks\"?"));
  EXPECT_EQ(override_settings(experiment, {"networks=3"}).at("networks"), 3);
  EXPECT_EQ(mistake([&] { override_settings(experiment, {"widths=[]"}); }),
            "experiment " + experiment.name + ": widths must hold a value at least");
}

TEST(ExperimentFile, AValueThatCannotBeIsRefused) {
  const auto run = [](const char* name, const char* change) {
    const auto settings = override_settings(read_experiment(name), {change});
    return mistake([&] { run_experiment(name, settings, 1, datasets::DataFolders(), false); });
  };
  EXPECT_THAT(run("kernel-width", "networks=1"), HasSubstr("networks must lie in [2"));
  EXPECT_THAT(run("kernel-width", "activation=than"), HasSubstr("did you mean \"tanh\"?"));
  EXPECT_THAT(run("kernel-width", "widths=[8]"), HasSubstr("widths needs two different numbers"));
  EXPECT_THAT(run("spectral-bias", "bias_variance=0"), HasSubstr("set bias_variance"));
  EXPECT_THAT(run("phase-diagram", "bias_variances=[-1, 1]"), HasSubstr("bias_variances must lie in"));
  EXPECT_THAT(run("depth-scale", "depths=[0]"), HasSubstr("depths must hold whole numbers"));
}

}  // namespace
}  // namespace spinlab::experiments
