#include "src/training/runs/comparison.h"

#include <cmath>

#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::training {
namespace {

RunSummary run(double lr, std::uint64_t seed, double accuracy) {
  RunSummary made{.folder = "r", .state = "finished", .seed = seed};
  made.settings = {{"optimizer.lr", lr}, {"seed", seed}, {"batch", 8}};
  made.metrics = {{"test_accuracy", accuracy}, {"test_loss", 1 - accuracy}};
  made.headline = "test_accuracy";
  made.higher_is_better = true;
  return made;
}

TEST(Comparison, MeansAndStandardErrorsAreThoseOfTheSeeds) {
  const auto spread = spread_of({1, 2, 4});
  EXPECT_CLOSE(spread.mean, 7.0 / 3, rtol(1e-14));
  EXPECT_CLOSE(spread.standard_error, std::sqrt(7.0 / 3 / 3), rtol(1e-14));  // s² = 14/3 / 2
  EXPECT_TRUE(std::isnan(spread_of({5}).standard_error));
}

TEST(Comparison, GroupsBySettingsAndPutsTheBestFirst) {
  const auto compared =
      compare_runs({run(0.1, 1, 0.8), run(0.2, 1, 0.9), run(0.1, 2, 0.6), run(0.2, 2, 0.9)});
  EXPECT_EQ(compared.keys, std::vector<std::string>{"optimizer.lr"});
  EXPECT_EQ(compared.metrics, (std::vector<std::string>{"test_accuracy", "test_loss"}));
  ASSERT_EQ(compared.groups.size(), 2u);
  EXPECT_EQ(compared.groups[0].settings, std::vector<std::string>{"0.2"});
  EXPECT_CLOSE(compared.groups[1].metrics.at("test_accuracy").mean, 0.7, rtol(1e-14));
  const auto table = table_of(compared);
  EXPECT_EQ(table[0], (std::vector<std::string>{"optimizer.lr", "runs", "test_accuracy", "test_loss"}));
  EXPECT_EQ(table[2][2], "0.7 ± 0.1");
}

TEST(Comparison, AMissingSettingIsADifferenceToo) {
  auto other = run(0.1, 1, 0.5);
  other.settings["optimizer.beta1"] = 0.9;
  const auto compared = compare_runs({run(0.1, 1, 0.8), other});
  EXPECT_EQ(compared.keys, std::vector<std::string>{"optimizer.beta1"});
  EXPECT_EQ(compared.groups[0].settings, std::vector<std::string>{""});
}

TEST(Comparison, ARunThatIsToldTwiceCountsOnce) {
  const auto compared =
      compare_runs({run(0.1, 1, 0.8), run(0.1, 2, 0.6), run(0.1, 1, 0.8), run(0.1, 2, 0.6)});
  EXPECT_EQ(compared.groups[0].metrics.at("test_accuracy").runs, 2);
  EXPECT_CLOSE(compared.groups[0].metrics.at("test_accuracy").standard_error, 0.1, rtol(1e-12));
}

TEST(Comparison, OfNothingIsAMistake) {
  EXPECT_THAT(mistake([] { compare_runs({}); }), testing::HasSubstr("no runs"));
}

}  // namespace
}  // namespace spinlab::training
