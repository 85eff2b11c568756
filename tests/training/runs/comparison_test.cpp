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

RunSummary writer(const std::string& tokens, double loss, double bits) {
  RunSummary made{.folder = "r", .state = "finished", .seed = 1};
  made.settings = {{"objective.name", "language_modelling"},
                   {"data.name", "tinyshakespeare"},
                   {"data.tokens", tokens},
                   {"data.vocabulary", 1000},
                   {"data.context", 64}};
  made.metrics = {{"test_accuracy", 0.5}, {"test_bits_per_byte", bits}, {"test_loss", loss}};
  made.headline = "test_loss";
  return made;
}

TEST(Comparison, OfOtherTokensIsByBitsPerByte) {
  auto longer = writer("characters", 1.5, 2.2);
  longer.settings["data.context"] = 128;
  longer.settings["data.vocabulary"] = 300;  // characters take none
  const auto alike = compare_runs({writer("characters", 1.6, 2.3), longer});
  EXPECT_EQ(alike.metrics[0], "test_loss");
  EXPECT_EQ(alike.remark, "");
  const auto differing = compare_runs({writer("characters", 1.6, 2.3), writer("byte_pairs", 3.2, 2.1)});
  EXPECT_EQ(differing.metrics[0], "test_bits_per_byte");
  EXPECT_EQ(differing.groups[0].metrics.at("test_bits_per_byte").mean, 2.1);
  EXPECT_THAT(differing.remark, testing::HasSubstr("cannot be compared; bits_per_byte can"));
  auto smaller = writer("byte_pairs", 3.0, 2.1);
  smaller.settings["data.vocabulary"] = 300;
  EXPECT_NE(compare_runs({writer("byte_pairs", 3.2, 2.2), smaller}).remark, "");
}

TEST(Comparison, OfNothingIsAMistake) {
  EXPECT_THAT(mistake([] { compare_runs({}); }), testing::HasSubstr("no runs"));
}

}  // namespace
}  // namespace spinlab::training
