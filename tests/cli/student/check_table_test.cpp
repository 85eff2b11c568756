#include "src/cli/student/check_table.h"

#include <sstream>

#include "tests/support/spinlab_test.h"

namespace spinlab::cli {
namespace {

using judging::CheckResult;
using judging::Outcome;
using judging::Report;
using judging::Verdict;
using testing::HasSubstr;
using testing::Not;

class CheckTableTest : public SpinlabTest {
 protected:
  CheckTableTest() {
    assignment_.name = "90-table";
    add("A.First", 2);
    add("A.Second", 3).needs = "A.First";
    add("B.Third", 5).hint = "a hint";
    add("C.Fourth", 4).data_sets = {"nist"};
  }
  std::string text(Verdict verdict, const std::vector<CheckResult>& results) const {
    std::ostringstream out;
    CheckTable table(assignment_, /*json=*/false, /*colours=*/false, out);
    Report report;
    report.verdict = verdict;
    report.detail = "what happened";
    report.checks = results;
    for (const auto& result : results) table.add(result);
    table.finish(report);
    return out.str();
  }

 private:
  judging::CheckInfo& add(const std::string& name, double points) {
    auto& check = assignment_.checks.emplace_back();
    check.name = check.title = name;
    check.points = points;
    return check;
  }
  judging::Assignment assignment_;
};

TEST_F(CheckTableTest, PassedChecksGiveTheirPoints) {
  const auto shown =
      text(Verdict::kGraded, {{"A.First", Outcome::kPassed, "", 0}, {"B.Third", Outcome::kFailed, "why", 0}});
  EXPECT_THAT(shown, HasSubstr("1 of 2 checks passed, 2 of 7 points"));
  EXPECT_THAT(shown, HasSubstr("B.Third: why"));
  EXPECT_THAT(shown, HasSubstr("Hint: a hint"));
}

TEST_F(CheckTableTest, AStubIsToDoRatherThanFailed) {
  const auto shown =
      text(Verdict::kGraded, {{"A.First", Outcome::kFailed, "first is not implemented yet", 0},
                              {"B.Third", Outcome::kFailed, "third is not implemented yet", 0}});
  EXPECT_THAT(shown, HasSubstr("A.First: first is not implemented yet"));
  EXPECT_THAT(shown, Not(HasSubstr("failed  ")));
}

TEST_F(CheckTableTest, WhatWasNotRunIsCountedApart) {
  const auto shown = text(
      Verdict::kGraded, {{"A.First", Outcome::kPassed, "", 0}, {"C.Fourth", Outcome::kNotRun, "no data", 0}});
  EXPECT_THAT(shown, HasSubstr("1 of 1 checks run passed, 2 of 2 points"));
  EXPECT_THAT(shown, HasSubstr("not run: 1 check (4 points) that needs the data set nist; "
                               "get it with: ./spinlab data fetch nist"));
}

TEST_F(CheckTableTest, ACheckThatNeedsAFailedOneWaits) {
  const auto shown = text(Verdict::kGraded,
                          {{"A.First", Outcome::kFailed, "why", 0}, {"A.Second", Outcome::kFailed, "so", 0}});
  EXPECT_THAT(shown, HasSubstr("waits"));
  EXPECT_THAT(shown, Not(HasSubstr("A.Second: so")));
}

/// Whatever passed before the machine failed must not look like a result.
TEST_F(CheckTableTest, AnInfrastructureFailureIsSaidAndGivesNoTotal) {
  const auto shown = text(Verdict::kInfrastructureFailure, {{"A.First", Outcome::kPassed, "", 0}});
  EXPECT_THAT(shown, HasSubstr("infrastructure failure"));
  EXPECT_THAT(shown, HasSubstr("what happened"));
  EXPECT_THAT(shown, Not(HasSubstr("checks passed")));
}

}  // namespace
}  // namespace spinlab::cli
