#include "tests/assignments/derived_answer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "src/judging/answers/answer_key.h"

namespace spinlab {
namespace {

bool is_taken(const judging::Assignment& assignment, const std::string& question,
              const std::vector<double>& numbers) {
  const auto text = judging::answers_text({{question, numbers}}, judging::question_names(assignment.checks));
  const auto results = judging::AnswerKey(assignment).results(assignment.checks, text);
  return std::any_of(results.begin(), results.end(),
                     [](const auto& result) { return result.outcome == judging::Outcome::kPassed; });
}

}  // namespace

void expect_answer(const std::string& assignment, const std::string& question, double number) {
  expect_answer(assignment, question, std::vector<double>{number});
}

void expect_answer(const std::string& assignment_name, const std::string& question,
                   const std::vector<double>& numbers) {
  const auto assignment = judging::load_assignment(assignment_name);
  const judging::AnswerKey key(assignment);
  const auto entry = std::find_if(key.entries().begin(), key.entries().end(), [&](const auto& expected) {
    return expected.name.ends_with("." + question);
  });
  ASSERT_NE(entry, key.entries().end()) << question;
  EXPECT_TRUE(is_taken(assignment, question, numbers)) << question << ": " << testing::PrintToString(numbers);
  ASSERT_EQ(entry->expected.size(), numbers.size()) << question;
  for (size_t i = 0; i < numbers.size(); ++i) {
    auto off = entry->expected;
    off[i] += 2 * (entry->tolerance.absolute + entry->tolerance.relative * std::abs(numbers[i]));
    EXPECT_FALSE(is_taken(assignment, question, off)) << question << ", number " << i;
  }
}

}  // namespace spinlab
