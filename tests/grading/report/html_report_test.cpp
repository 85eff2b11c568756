#include "src/grading/report/html_report.h"

#include "tests/grading/report/sample_grading.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::grading {
namespace {

using testing::HasSubstr;
using testing::Not;

int count(const std::string& text, const std::string& part) {
  int found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(HtmlReportTest, ShowsEveryStudentAndCheck) {
  const auto html = html_report(sample_grading());
  EXPECT_THAT(html, HasSubstr("<title>00-sums: Sums &amp; means</title>"));
  EXPECT_EQ(count(html, "<details>"), 3);
  EXPECT_THAT(html, HasSubstr("3 submissions: 2 graded, 1 infrastructure failure."));
  EXPECT_THAT(html, HasSubstr("Median 50 %, from 0 % to 100 % of the points."));
  EXPECT_THAT(html, AllOf(HasSubstr("Mean.SecretlyNegative"), HasSubstr("expected -1234.5")));
  EXPECT_THAT(html, HasSubstr("Not counted: Iris (the data set iris is not on this machine)"));
  EXPECT_THAT(html, HasSubstr("seccomp, landlock (absent)"));
}

TEST(HtmlReportTest, WhatStudentsWroteIsText) {
  const auto html = html_report(sample_grading());
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, HasSubstr("&lt;/pre&gt;&lt;script&gt;"));
  EXPECT_EQ(count(html, "<pre>"), count(html, "</pre>"));
}

TEST(HtmlReportTest, LoadsNothingFromElsewhere) {
  const auto html = html_report(sample_grading());
  for (const auto* part : {"http:", "https:", "src=", "@import", "url("})
    EXPECT_THAT(html, Not(HasSubstr(part)));
}

TEST(HtmlReportTest, AClassWithoutResultsHasNoHistogram) {
  auto grading = sample_grading();
  grading.grades.erase(grading.grades.begin(), grading.grades.begin() + 2);
  EXPECT_THAT(html_report(grading), Not(HasSubstr("<svg")));
  grading.grades.clear();
  EXPECT_THAT(html_report(grading), HasSubstr("0 submissions"));
}

}  // namespace
}  // namespace spinlab::grading
