#include "src/grading/authoring/answers.h"

#include <c10/util/Exception.h>

#include "src/core/files.h"
#include "tests/grading/sample_assignment.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::grading {
namespace {

using testing::ElementsAre;

class AnswersTest : public SpinlabTest {
 protected:
  void write(const Json& json) { write_file(assignment_.folder / "answers.json", json.dump()); }
  Assignment assignment_ = write_sample_assignment(folder());
  Json valid_ = read_json(assignment_.folder / "answers.json");
};

TEST_F(AnswersTest, ANumberOrAListIsExpected) {
  EXPECT_THAT(load_answers(assignment_).at(0).expected, ElementsAre(0.7182818284));
  EXPECT_EQ(load_answers(assignment_)[0].tolerance.relative, 1e-3);
  valid_[0]["expected"] = {1, 2.5};
  write(valid_);
  EXPECT_THAT(load_answers(assignment_).at(0).expected, ElementsAre(1, 2.5));
}

TEST_F(AnswersTest, AnAssignmentMayHaveNone) {
  std::filesystem::remove(assignment_.folder / "answers.json");
  EXPECT_TRUE(load_answers(assignment_).empty());
}

TEST_F(AnswersTest, IllFormedOnesAreRefused) {
  const std::vector<std::pair<Json::json_pointer, Json>> bad = {
      {"/0/expected"_json_pointer, "pi"}, {"/0/expected"_json_pointer, Json::array()},
      {"/0/relative"_json_pointer, 0},    {"/0/relative"_json_pointer, -1},
      {"/0/question"_json_pointer, ""},   {"/0/name"_json_pointer, ""},
      {"/0/name"_json_pointer, "A1"},     {"/0/name"_json_pointer, "Sum.OfOnes"},
      {"/1"_json_pointer, valid_[0]}};
  for (const auto& [pointer, value] : bad) {
    auto json = valid_;
    json[pointer] = value;
    write(json);
    EXPECT_THROW(load_answers(assignment_), c10::ValueError) << pointer.to_string() << " = " << value;
  }
}

}  // namespace
}  // namespace spinlab::grading
