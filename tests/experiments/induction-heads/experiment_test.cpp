#include "tests/experiments/tiny.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::experiments {
namespace {

const std::vector<std::string> kFewChains{"symbols=3", "length=12", "width=8", "layers=[1]", "steps=3",
                                          "every=2",   "batch=4",   "seeds=1", "test=500"};

class InductionHeadsTest : public SpinlabTest {};

// The exact rule is best on average: of what is before the first pair it knows nothing, ln V.
TEST_F(InductionHeadsTest, CountsOfPairsAreTheLeastLoss) {
  const auto found = run_tiny("induction-heads", kFewChains, kSeed);
  const auto& exact = found.at("exact");
  EXPECT_CLOSE(exact.at("bigram").at("places").at("value")[0].get<double>(),
               exact.at("uniform").get<double>(), atol(1e-12));
  EXPECT_LT(exact.at("bigram").at("loss"), exact.at("unigram").at("loss"));
  const auto& network = found.at("networks")[0];
  EXPECT_GT(network.at("above_bigram").at("value"), 0);
  EXPECT_EQ(network.at("steps"), Json({0, 2, 3}));
}

TEST_F(InductionHeadsTest, TheSameNumbersOnAnyCores) {
  auto two = kFewChains;
  two.back() = "test=50";
  two.emplace_back("seeds=2");
  EXPECT_EQ(run_tiny("induction-heads", two, kSeed).at("networks"),
            run_tiny("induction-heads", two, kSeed).at("networks"));
}

TEST_F(InductionHeadsTest, SaysWhatCannotBe) {
  auto wrong = kFewChains;
  wrong.emplace_back("heads=3");
  EXPECT_THAT(mistake([&] { run_tiny("induction-heads", wrong, kSeed); }),
              testing::HasSubstr("heads must divide the width"));
}

}  // namespace
}  // namespace spinlab::experiments
