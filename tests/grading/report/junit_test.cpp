#include "src/grading/report/junit.h"

#include "tests/grading/report/sample_grading.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::grading {
namespace {

using testing::HasSubstr;

TEST(JunitTest, EachStudentIsASuiteWithItsCounts) {
  const auto xml = junit_xml(sample_grading());
  EXPECT_THAT(
      xml, HasSubstr("<testsuites name=\"00-sums\" tests=\"9\" failures=\"1\" errors=\"1\" time=\"1.500\">"));
  EXPECT_THAT(xml, HasSubstr("<testsuite name=\"ada\" tests=\"3\" failures=\"0\" errors=\"0\" time=\"0.750\" "
                             "skipped=\"1\" timestamp=\"2025-01-02T03:04:05Z\">"));
  EXPECT_THAT(xml, HasSubstr("<testcase classname=\"ada\" name=\"Sum.OfOnes\" time=\"0.500\"/>"));
}

TEST(JunitTest, WhatStudentsWroteIsText) {
  const auto xml = junit_xml(sample_grading());
  EXPECT_THAT(xml, testing::Not(HasSubstr("<script")));
  EXPECT_THAT(
      xml,
      HasSubstr(
          "&lt;/pre&gt;&lt;script&gt;alert(1)&lt;/script&gt; ]]&gt; &amp; \xEF\xBF\xBD[31m \xEF\xBF\xBD"));
}

}  // namespace
}  // namespace spinlab::grading
