#include "src/grading/report/class_page.h"

#include "tests/grading/report/sample_grading.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::grading {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(ClassPageTest, SummarisesTheClass) {
  const auto html = class_page(sample_grading());
  EXPECT_THAT(html, HasSubstr("<title>00-sums: Sums &amp; means</title>"));
  EXPECT_THAT(html, HasSubstr("3 submissions: 2 graded, 1 infrastructure failure."));
  EXPECT_THAT(html, HasSubstr("Median 50 %, from 0 % to 100 % of the points."));
  EXPECT_THAT(html, HasSubstr("Not counted: Iris (the data set iris is not on this machine)"));
  EXPECT_THAT(html, HasSubstr("points in percent of the maximum: 0 to 10: 1, 90 to 100: 1"));
}

TEST(ClassPageTest, EachStudentLinksToTheirPage) {
  auto grading = sample_grading();
  grading.grades[0].key.student = "E. Noether #1";
  const auto html = class_page(grading);
  EXPECT_THAT(html, HasSubstr("<a href=\"students/E.%20Noether%20%231.html\"><bdi>E. Noether #1</bdi></a>"));
  EXPECT_THAT(html, HasSubstr("– / 5"));
  EXPECT_THAT(html, HasSubstr("aria-label=\"2 of 2 checks passed\""));
}

TEST(ClassPageTest, TheCheckThatMostFailComesFirst) {
  auto grading = sample_grading();
  EXPECT_LT(class_page(grading).find("Mean.SecretlyNegative"), class_page(grading).find("Sum.OfOnes"));
  EXPECT_THAT(class_page(grading), HasSubstr("1 of 2<br><span class=\"soft\">1 crashed</span>"));
  grading.grades[0].report.checks[0].outcome = judging::Outcome::kFailed;
  EXPECT_GT(class_page(grading).find("Mean.SecretlyNegative"), class_page(grading).find("Sum.OfOnes"));
  EXPECT_LT(class_page(grading).find("Mean.SecretlyNegative"), class_page(grading).find("Mean.OfIris"));
}

TEST(ClassPageTest, ASubmissionThatWasNotGradedSaysNothingOfAnyCheck) {
  auto grading = sample_grading();
  grading.grades[1].report.verdict = judging::Verdict::kCompileError;
  EXPECT_THAT(class_page(grading), AllOf(HasSubstr("0 of 1"), Not(HasSubstr("of 2<br>"))));
}

TEST(ClassPageTest, ItsAnswersStillSaySomething) {
  auto grading = sample_grading();
  grading.grades[1].report.verdict = judging::Verdict::kCompileError;
  grading.assignment.checks[0].answer = true;
  EXPECT_THAT(class_page(grading), HasSubstr("1 of 2</td>"));
}

TEST(ClassPageTest, SaysWhatTheVerdictOfAStochasticCheckIsMadeOf) {
  auto grading = sample_grading();
  EXPECT_THAT(class_page(grading), Not(HasSubstr("seeds")));
  grading.assignment.checks[0].stochastic = {5, 3, 1e-4};
  EXPECT_THAT(class_page(grading), HasSubstr("passes with 3 of 5 seeds"));
}

TEST(ClassPageTest, ManyChecksAreFoldedAfterTheFirstTen) {
  auto grading = sample_grading();
  EXPECT_THAT(class_page(grading), Not(HasSubstr("<details>")));
  grading.assignment.checks.resize(12, grading.assignment.checks[0]);
  EXPECT_THAT(class_page(grading), HasSubstr("<summary>The other 2 checks</summary>"));
}

TEST(ClassPageTest, WhatStudentsWroteIsText) {
  const auto html = class_page(sample_grading());
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, HasSubstr("=1+1&lt;script&gt;"));
}

TEST(ClassPageTest, LoadsNothingFromElsewhere) {
  const auto html = class_page(sample_grading());
  for (const auto* part : {"http:", "https:", "src=", "@import", "url(", "<script"})
    EXPECT_THAT(html, Not(HasSubstr(part)));
  EXPECT_THAT(html, HasSubstr("default-src 'none'"));
}

TEST(ClassPageTest, AClassWithoutResultsHasNoHistogram) {
  auto grading = sample_grading();
  grading.grades.erase(grading.grades.begin(), grading.grades.begin() + 2);
  EXPECT_THAT(class_page(grading), Not(HasSubstr("<svg")));
  grading.grades.clear();
  EXPECT_THAT(class_page(grading), HasSubstr("0 submissions."));
}

}  // namespace
}  // namespace spinlab::grading
