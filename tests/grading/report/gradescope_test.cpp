#include "src/grading/report/gradescope.h"

#include <set>

#include "tests/grading/report/sample_grading.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::grading {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(GradescopeTest, ScoresAndStatusesFollowTheChecks) {
  const auto grading = sample_grading();
  const auto results = gradescope_results(grading, grading.grades[0]);
  EXPECT_EQ(results["score"], 5);
  EXPECT_EQ(results["stdout_visibility"], "hidden");
  ASSERT_EQ(results["tests"].size(), 3);
  const auto& ones = results["tests"][0];
  EXPECT_EQ(ones["name"], "Ones");
  EXPECT_EQ(ones["score"], 2);
  EXPECT_EQ(ones["max_score"], 2);
  EXPECT_EQ(ones["status"], "passed");
  EXPECT_EQ(ones["visibility"], "visible");
  double sum = 0;
  for (const auto& test : results["tests"]) sum += test["score"].get<double>();
  EXPECT_EQ(sum, results["score"]);
}

// [Gradescope, Autograder Specifications: Output Format]
TEST(GradescopeTest, HasNoKeyThatGradescopeDoesNotKnow) {
  const std::set<std::string> of_results = {
      "score",       "execution_time",     "output",     "output_format",
      "visibility",  "test_output_format", "extra_data", "test_name_format",
      "leaderboard", "stdout_visibility",  "tests"};
  const std::set<std::string> of_tests = {"score",       "max_score",  "status",    "name",
                                          "name_format", "number",     "output",    "output_format",
                                          "tags",        "visibility", "extra_data"};
  const auto grading = sample_grading();
  for (const auto& grade : grading.grades) {
    const auto results = gradescope_results(grading, grade);
    for (const auto& item : results.items()) EXPECT_TRUE(of_results.contains(item.key())) << item.key();
    for (const auto& test : results["tests"]) {
      for (const auto& item : test.items()) EXPECT_TRUE(of_tests.contains(item.key())) << item.key();
    }
  }
}

TEST(GradescopeTest, AVisibleFailureShowsItsMessageAndHint) {
  const auto grading = sample_grading();
  const auto test = gradescope_results(grading, grading.grades[1])["tests"][0];
  EXPECT_EQ(test["status"], "failed");
  EXPECT_THAT(test["output"].get<std::string>(),
              AllOf(HasSubstr("<script>"), HasSubstr("Hint: Start at zero")));
}

TEST(GradescopeTest, AHiddenFailureShowsTitleHintAndWhatEndedIt) {
  const auto grading = sample_grading();
  const auto results = gradescope_results(grading, grading.grades[1]);
  const auto& test = results["tests"][2];
  EXPECT_EQ(test["name"], "Signs");
  EXPECT_EQ(test["output"], "a function ended the process\nHint: Keep the sign");
  EXPECT_EQ(test["visibility"], "after_published");
  EXPECT_THAT(results.dump(), AllOf(Not(HasSubstr("SecretlyNegative")), Not(HasSubstr("1234.5"))));
}

TEST(GradescopeTest, WhatDoesNotCountHasNoPoints) {
  const auto grading = sample_grading();
  const auto test = gradescope_results(grading, grading.grades[0])["tests"][1];
  EXPECT_EQ(test["max_score"], 0);
  EXPECT_FALSE(test.contains("status"));
  EXPECT_THAT(test["output"].get<std::string>(), HasSubstr("iris"));
}

}  // namespace
}  // namespace spinlab::grading
