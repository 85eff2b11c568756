#include "tests/experiments/tiny.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::experiments {
namespace {

const std::vector<std::string> kFewPrompts{"dimension=2",     "examples=4",    "width=16", "layers=1",
                                     "heads=2",         "steps=5",       "batch=8",  "test=20000",
                                     "contexts=[3, 8]", "head_steps=300"};

class InContextRegressionTest : public SpinlabTest {};

/// A head that was trained is a step of gradient descent of the best length, in its matrix to 3 % and in its
/// loss to six standard errors; ridge without examples says 0, which errs by 1.
TEST_F(InContextRegressionTest, ALinearHeadLearnsTheBestStep) {
  const auto found = run_tiny("in-context-regression", kFewPrompts, kSeed);
  const auto& heads = found.at("heads");
  for (size_t i = 0; i < 2; ++i) {
    const auto step = heads.at("step").at("theory")[i].get<double>();
    EXPECT_NEAR(heads.at("step").at("measured").at("value")[i].get<double>(), step, 0.03 * step);
    EXPECT_LT(heads.at("step").at("others").at("value")[i].get<double>(), 0.03 * step);
  }
  for (const auto each : deviations(heads.at("loss").at("measured"), heads.at("loss").at("theory")))
    EXPECT_LT(std::abs(each), 6);
  const auto& ridge = found.at("ridge").at("value");
  EXPECT_NEAR(ridge[0].get<double>(), 1, 0.06);  // 20,000 of variance 2: six standard errors
  for (size_t k = 1; k < ridge.size(); ++k) EXPECT_LT(ridge[k].get<double>(), ridge[k - 1].get<double>());
  EXPECT_EQ(found.at("transformer").at("value").size(), 4);
}

TEST_F(InContextRegressionTest, SaysWhatCannotBe) {
  auto wrong = kFewPrompts;
  wrong.emplace_back("heads=3");
  EXPECT_THAT(mistake([&] { run_tiny("in-context-regression", wrong, kSeed); }),
              testing::HasSubstr("heads must divide the width"));
}

}  // namespace
}  // namespace spinlab::experiments
