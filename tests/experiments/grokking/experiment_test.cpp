#include "tests/experiments/tiny.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::experiments {
namespace {

const std::vector<std::string> kSmallTable{
    "modulus=5", "train_fraction=0.8", "width=32", "heads=2",  "weight_decays=[0.1]",
    "steps=300", "every=100",          "seeds=1",  "rate=0.003"};

class GrokkingTest : public SpinlabTest {};

TEST_F(GrokkingTest, ShownPairsAreLearned) {
  const auto found = run_tiny("grokking", kSmallTable, kSeed);
  const auto& network = found.at("networks")[0];
  EXPECT_EQ(network.at("steps"), Json({0, 100, 200, 300}));
  EXPECT_EQ(network.at("history").at("train_accuracy")[3], 1.0);
  EXPECT_EQ(network.at("powers").at("last").size(), 2);
}

TEST_F(GrokkingTest, SaysWhatCannotBe) {
  auto wrong = kSmallTable;
  wrong.emplace_back("weight_decays=[-1]");
  EXPECT_THAT(mistake([&] { run_tiny("grokking", wrong, kSeed); }),
              testing::HasSubstr("weight_decays must be at least 0"));
  wrong.back() = "every=1000";
  EXPECT_THAT(mistake([&] { run_tiny("grokking", wrong, kSeed); }),
              testing::HasSubstr("every must be at most steps"));
}

}  // namespace
}  // namespace spinlab::experiments
