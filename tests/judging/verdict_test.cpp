#include "src/judging/verdict.h"

#include <c10/util/Exception.h>

#include <set>

#include "tests/support/spinlab_test.h"

namespace spinlab::judging {
namespace {

TEST(VerdictTest, EveryVerdictHasAWordOfItsOwnThatReadsBack) {
  std::set<std::string> words;
  for (int i = 0; i <= static_cast<int>(Verdict::kInfrastructureFailure); ++i) {
    const auto verdict = static_cast<Verdict>(i);
    EXPECT_EQ(verdict_from(to_string(verdict)), verdict);
    EXPECT_TRUE(words.insert(to_string(verdict)).second) << to_string(verdict);
  }
  EXPECT_THROW(verdict_from("perfect"), c10::ValueError);
}

TEST(VerdictTest, EveryOutcomeHasAWordOfItsOwnThatReadsBack) {
  std::set<std::string> words;
  for (int i = 0; i <= static_cast<int>(Outcome::kNotRun); ++i) {
    const auto outcome = static_cast<Outcome>(i);
    EXPECT_EQ(outcome_from(to_string(outcome)), outcome);
    EXPECT_TRUE(words.insert(to_string(outcome)).second) << to_string(outcome);
  }
  EXPECT_THROW(outcome_from(""), c10::ValueError);
}

}  // namespace
}  // namespace spinlab::judging
