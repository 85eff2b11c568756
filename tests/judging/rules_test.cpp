#include "src/judging/rules.h"

#include "tests/support/spinlab_test.h"

namespace spinlab::judging {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

CheckResult failed(const std::string& message) { return {"Sum.OfOnes", Outcome::kFailed, message}; }

TEST(ReasonWithoutData, SaysWhatHappenedToAFunction) {
  EXPECT_THAT(reason_without_data({"Sum.OfOnes", Outcome::kCrashed, "sum ended the process: signal 11"}),
              HasSubstr("ended"));
  EXPECT_THAT(reason_without_data({"Sum.OfOnes", Outcome::kTimedOut, "sum: 10 s"}), HasSubstr("time"));
  EXPECT_THAT(reason_without_data({"Sum.OfOnes", Outcome::kOverMemory, "sum used 9 MiB"}),
              HasSubstr("memory"));
  EXPECT_THAT(reason_without_data(failed("sums::sum threw: expected 7 numbers, got 5")),
              "sums::sum threw an exception where an answer was wanted");
  EXPECT_THAT(reason_without_data(failed("sum: " + std::string(rules::kArgumentChanged))),
              HasSubstr("clone()"));
  EXPECT_THAT(reason_without_data(failed("sum returned something else " + std::string(rules::kCalledAgain))),
              HasSubstr("a function did something else when"));
}

TEST(ReasonWithoutData, SaysNothingOfAnAnswer) {
  EXPECT_THAT(reason_without_data(failed("sum(x): expected 3, got 4 (checks.cpp:7)")), IsEmpty());
  EXPECT_THAT(reason_without_data(failed("what(\"x\") threw: no (checks.cpp:7)")), IsEmpty());
  EXPECT_THAT(reason_without_data({"Sum.OfOnes", Outcome::kNotRun, "not reached"}), IsEmpty());
}

}  // namespace
}  // namespace spinlab::judging
