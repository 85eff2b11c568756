#include "src/grading/report/student_page.h"

#include "tests/grading/report/sample_grading.h"
#include "tests/support/occurrences.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::grading {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(StudentPageTest, ShowsEveryCheckWithItsMessageAndHint) {
  const auto html = student_page(sample_grading(), 1);
  EXPECT_THAT(
      html, AllOf(HasSubstr("Mean.SecretlyNegative"), HasSubstr("expected -1234.5"), HasSubstr("! crashed")));
  EXPECT_THAT(html, HasSubstr("Hint: Keep the sign"));
  EXPECT_THAT(html, HasSubstr("the data set iris is not on this machine"));
  EXPECT_THAT(html, HasSubstr("0 / 5 points"));
  EXPECT_THAT(student_page(sample_grading(), 0), Not(HasSubstr("Hint:")));
}

TEST(StudentPageTest, WhatKeptASubmissionFromBeingGradedIsSaidOnce) {
  auto grading = sample_grading();
  grading.grades[1].report = {};
  grading.grades[1].report.verdict = judging::Verdict::kCompileError;
  grading.grades[1].report.detail = "no semicolon";
  const auto html = student_page(grading, 1);
  EXPECT_THAT(html, AllOf(HasSubstr("no semicolon"), HasSubstr("· not run"), Not(HasSubstr("Hint:"))));
  EXPECT_EQ(occurrences(html, "compile error"), 1);
}

TEST(StudentPageTest, AnswersAreExplainedWhateverBecameOfTheCode) {
  auto grading = sample_grading();
  grading.assignment.checks[0].answer = true;
  grading.grades[1].report.verdict = judging::Verdict::kCompileError;
  grading.grades[1].report.checks.pop_back();
  const auto html = student_page(grading, 1);
  EXPECT_THAT(html, AllOf(HasSubstr("Hint: Start at zero"), Not(HasSubstr("Hint: Keep the sign"))));
}

TEST(StudentPageTest, WhereEveryCheckCrashedEachSaysHow) {
  auto grading = sample_grading();
  auto& report = grading.grades[1].report;
  report.verdict = judging::Verdict::kCrashed;
  report.detail = "";
  for (auto& check : report.checks) check = {check.name, judging::Outcome::kCrashed, "signal SIGSEGV"};
  EXPECT_EQ(occurrences(student_page(grading, 1), "signal SIGSEGV"), 2);
}

TEST(StudentPageTest, SaysWhatTheVerdictOfAStochasticCheckIsMadeOf) {
  auto grading = sample_grading();
  EXPECT_THAT(student_page(grading, 0), Not(HasSubstr("seeds")));
  grading.assignment.checks[0].stochastic = {3, 2, 1e-6};
  EXPECT_THAT(student_page(grading, 0), HasSubstr("passes with 2 of 3 seeds; the probability that the master does "
                                                  "not is at most 1e-06"));
}

TEST(StudentPageTest, ShowsHowItWasGraded) {
  auto grading = sample_grading();
  EXPECT_THAT(student_page(grading, 0), AllOf(HasSubstr("seccomp, landlock (absent)"), HasSubstr("class/ada"),
                                              Not(HasSubstr("another version"))));
  grading.rubric_sha256 = "later";
  EXPECT_THAT(student_page(grading, 0), HasSubstr("another version of the assignment"));
}

TEST(StudentPageTest, LinksToTheClassAndTheNeighbours) {
  const auto grading = sample_grading();
  EXPECT_THAT(student_page(grading, 0), AllOf(HasSubstr("href=\"../index.html\""), Not(HasSubstr("Before:")),
                                              HasSubstr("href=\"../students/%3D1%2B1%3Cscript%3E")));
  EXPECT_THAT(student_page(grading, 2), AllOf(HasSubstr("Before: "), Not(HasSubstr("Next:"))));
}

TEST(StudentPageTest, SaysWhatThePointsAreTheSumOf) {
  auto grading = sample_grading();
  EXPECT_THAT(student_page(grading, 0), Not(HasSubstr("bonus")));
  grading.grades[0].breakdown.bonus = 2.5;
  EXPECT_THAT(student_page(grading, 0), HasSubstr("bonus"));
}

TEST(StudentPageTest, AnInfrastructureFailureIsNoZero) {
  EXPECT_THAT(student_page(sample_grading(), 2), HasSubstr("infrastructure failure</span>, no result yet"));
}

TEST(StudentPageTest, WhatStudentsWroteIsText) {
  const auto html = student_page(sample_grading(), 1);
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, HasSubstr("&lt;/pre&gt;&lt;script&gt;"));
  EXPECT_EQ(occurrences(html, "<pre"), occurrences(html, "</pre>"));
}

}  // namespace
}  // namespace spinlab::grading
