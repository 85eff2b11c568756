#include "src/judging/answers/answer_key.h"

#include <c10/util/Exception.h>

#include "src/core/files.h"
#include "tests/judging/sample_assignment.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::judging {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class AnswerKeyTest : public SpinlabTest {
 protected:
  void write(const Json& json) { write_file(assignment_.folder / "answer_key.json", json.dump()); }
  std::vector<CheckResult> results(const std::string& text) const {
    return AnswerKey(assignment_).results(assignment_.checks, text);
  }
  std::vector<std::string> messages(const std::string& text) const {
    std::vector<std::string> messages;
    for (const auto& result : results(text)) {
      EXPECT_EQ(result.outcome == Outcome::kPassed, result.message.empty());
      EXPECT_EQ(result.passes, result.message.empty());
      messages.push_back(result.message);
    }
    return messages;
  }
  Assignment assignment_ = write_sample_with_answers(folder());
  Json valid_ = read_json(assignment_.folder / "answer_key.json");
};

TEST_F(AnswerKeyTest, ANumberOrAListIsExpected) {
  const AnswerKey key(assignment_);
  EXPECT_THAT(key.entries().at(0).expected, ElementsAre(0.7182818284));
  EXPECT_EQ(key.entries()[0].tolerance.relative, 1e-3);
  EXPECT_THAT(key.right().at("Roots"), ElementsAre(1, -1));
}

TEST_F(AnswerKeyTest, IsEmptyWithoutAFile) {
  std::filesystem::remove(assignment_.folder / "answer_key.json");
  EXPECT_TRUE(AnswerKey(assignment_).entries().empty());
}

TEST_F(AnswerKeyTest, IllFormedOnesAreRefused) {
  const std::vector<std::pair<Json::json_pointer, Json>> bad = {
      {"/0/expected"_json_pointer, "pi"}, {"/0/expected"_json_pointer, Json::array()},
      {"/0/relative"_json_pointer, 0},    {"/0/relative"_json_pointer, -1},
      {"/0/question"_json_pointer, ""},   {"/0/name"_json_pointer, ""},
      {"/0/name"_json_pointer, "Euler"},  {"/0/name"_json_pointer, "Sum.OfOnes"},
      {"/2"_json_pointer, valid_[0]}};
  for (const auto& [pointer, value] : bad) {
    auto json = valid_;
    json[pointer] = value;
    write(json);
    EXPECT_THROW(AnswerKey{assignment_}, c10::ValueError) << pointer.to_string() << " = " << value;
  }
  write(Json::array({valid_[0]}));
  EXPECT_THROW(AnswerKey{assignment_}, c10::ValueError) << "no entry for Paper.Roots";
}

TEST_F(AnswerKeyTest, RightWithinTheToleranceAndNotBeyond) {
  EXPECT_THAT(messages(R"({"Euler": 0.7183, "Roots": [1, -1]})"), ElementsAre("", ""));
  EXPECT_THAT(messages(R"({"Euler": 0.7195, "Roots": [1, -1.00001]})"),
              ElementsAre("0.7195 is not the answer", "1, -1.00001 is not the answer"));
  EXPECT_THAT(messages(R"({"Euler": [0.7183], "Roots": 1})"),
              ElementsAre("", "2 numbers are asked for, got 1"));
}

TEST_F(AnswerKeyTest, WhatIsMissingFailsAlone) {
  EXPECT_THAT(messages(R"({"Euler": null, "Roots": [1, -1]})"), ElementsAre("not answered", ""));
  EXPECT_THAT(messages("{}"), ElementsAre("not answered", "not answered"));
  EXPECT_THAT(messages(""), testing::Each("answers.json was not handed in, or is empty"));
}

TEST_F(AnswerKeyTest, AFileThatCannotBeReadFailsThemAllAndSaysWhy) {
  EXPECT_THAT(messages("{"), testing::Each(HasSubstr("answers.json is not valid JSON in line 1")));
  EXPECT_THAT(messages(R"({"Euler": "0.7183"})"), testing::Each(HasSubstr("write a number")));
}

TEST_F(AnswerKeyTest, NoMessageTellsWhatWouldHaveBeenRight) {
  for (const auto* text : {R"({"Euler": 1})", R"({"Euler": [1, 2]})", "[]", "{\"Euler\": [[1]]}"})
    for (const auto& message : messages(text)) EXPECT_THAT(message, testing::Not(HasSubstr("0.718")));
}

}  // namespace
}  // namespace spinlab::judging
