#include "src/judging/score.h"

#include "tests/support/spinlab_test.h"

namespace spinlab::judging {
namespace {

CheckInfo check(const std::string& name, double points) { return {name, "title", "hint", points, false, {}}; }

TEST(ScoreTest, PassedChecksEarnTheirPoints) {
  Report report;
  report.verdict = Verdict::kGraded;
  report.checks = {{"A.a", Outcome::kPassed, "", 0},
                   {"A.b", Outcome::kFailed, "", 0},
                   {"A.other", Outcome::kPassed, "", 0}};
  const auto total = score({check("A.a", 2), check("A.b", 3), check("A.missing", 4.5)}, report);
  EXPECT_EQ(total.earned, 2);
  EXPECT_EQ(total.maximum, 9.5);
}

TEST(ScoreTest, OnlyAPassEarns) {
  Report report;
  report.verdict = Verdict::kGraded;
  for (const auto outcome :
       {Outcome::kFailed, Outcome::kCrashed, Outcome::kTimedOut, Outcome::kOverMemory, Outcome::kNotRun}) {
    report.checks = {{"A.a", outcome, "", 0}};
    EXPECT_EQ(score({check("A.a", 2)}, report).earned, 0) << to_string(outcome);
  }
}

TEST(ScoreTest, WhatWasNotGradedThroughEarnsNothing) {
  Report report;
  report.verdict = Verdict::kForbiddenOperation;
  report.checks = {{"A.a", Outcome::kPassed, "", 0}};
  EXPECT_EQ(score({check("A.a", 2)}, report).earned, 0);
  EXPECT_EQ(score({check("A.a", 2)}, report).maximum, 2);
}

TEST(PointsTextTest, AsPeopleWriteThem) {
  EXPECT_EQ(points_text(0), "0");
  EXPECT_EQ(points_text(10), "10");
  EXPECT_EQ(points_text(7.5), "7.5");
  EXPECT_EQ(points_text(1.0 / 3), "0.33");
}

}  // namespace
}  // namespace spinlab::judging
