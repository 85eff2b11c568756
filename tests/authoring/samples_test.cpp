#include "src/authoring/samples.h"

#include <c10/util/Exception.h>

#include "src/core/files.h"
#include "tests/judging/sample_assignment.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::authoring {
namespace {

using testing::HasSubstr;
using testing::Not;

class SamplesTest : public SpinlabTest {
 protected:
  void SetUp() override { write(valid_); }
  void write(const Json& json) { write_file(assignment_.folder / "samples.json", json.dump()); }
  std::string error(const Json& json) {
    write(json);
    try {
      load_samples(assignment_);
    } catch (const c10::ValueError& error) {
      return error.what_without_backtrace();
    }
    return "";
  }
  judging::Assignment assignment_ = judging::write_sample_assignment(folder());
  Json valid_ = Json::parse(R"json([
    {"id": "right", "what": "All right", "mutants": [], "verdict": "graded", "points": 6.5},
    {"id": "wrong", "what": "Two mistakes", "mutants": ["starts-at-one", "no-division"], "verdict": "graded", "points": 0},
    {"id": "cut", "what": "No operator", "replace": "sum(x, n) / n", "with": "sum(x, n) n", "verdict": "compile error",
     "points": 0},
    {"id": "own-file", "what": "Not from the master", "file": "problems.h", "verdict": "crashed", "points": 0}])json");
};

TEST_F(SamplesTest, EachIsTheMasterWithItsMistakes) {
  const auto samples = load_samples(assignment_);
  ASSERT_EQ(samples.size(), 4);
  EXPECT_EQ(samples[0].submission.source, read_file(assignment_.folder / "solution.cpp", 1 << 20));
  EXPECT_EQ(samples[0].points, 6.5);
  EXPECT_THAT(samples[1].submission.source, HasSubstr("total_of_the_master = 1"));
  EXPECT_THAT(samples[1].submission.source, Not(HasSubstr("sum(x, n) / n")));
  EXPECT_THAT(samples[2].submission.source, HasSubstr("sum(x, n) n"));
  EXPECT_EQ(samples[2].verdict, judging::Verdict::kCompileError);
  EXPECT_EQ(samples[3].submission.source, "#pragma once\n");
}

TEST_F(SamplesTest, AreWrittenAsSubmissions) {
  write_samples(assignment_, folder() / "submissions");
  for (const auto& sample : load_samples(assignment_)) {
    EXPECT_EQ(read_file(folder() / "submissions" / sample.id / "sums.cpp", 1 << 20), sample.submission.source);
  }
}

TEST_F(SamplesTest, TheirAnswersAreRightUnlessTheySayOtherwise) {
  const auto assignment = judging::write_sample_with_answers(folder());
  valid_[1]["answers"] = {{"Euler", 2}};
  write(valid_);
  write_samples(assignment, folder() / "submissions");
  EXPECT_EQ(read_json(folder() / "submissions/right/answers.json"),
            Json::parse(R"({"Euler": 0.7182818284, "Roots": [1.0, -1.0]})"));
  EXPECT_EQ(read_json(folder() / "submissions/wrong/answers.json"),
            Json::parse(R"({"Euler": 2.0, "Roots": null})"));
  valid_[1]["answers"] = {{"Eulre", 2}};
  write(valid_);
  EXPECT_THAT(mistake([&] { load_samples(assignment); }), HasSubstr("did you mean \"Euler\"?"));
}

TEST_F(SamplesTest, AnAssignmentMayHaveNone) {
  std::filesystem::remove(assignment_.folder / "samples.json");
  EXPECT_TRUE(load_samples(assignment_).empty());
}

TEST_F(SamplesTest, IllFormedOnesAreRefused) {
  const std::vector<std::pair<Json::json_pointer, Json>> bad = {
      {"/0/id"_json_pointer, "../right"},  {"/0/id"_json_pointer, ""},
      {"/0/id"_json_pointer, "wrong"},     {"/0/verdict"_json_pointer, "good"},
      {"/0/points"_json_pointer, -1},      {"/0/extra"_json_pointer, 1},
      {"/1/mutants/0"_json_pointer, "no"}, {"/2/replace"_json_pointer, ""},
      {"/2/replace"_json_pointer, "n"},    {"/2/replace"_json_pointer, "nowhere"},
      {"/3/file"_json_pointer, "nowhere"}};
  for (const auto& [pointer, value] : bad) {
    auto json = valid_;
    json[pointer] = value;
    EXPECT_NE(error(json), "") << pointer.to_string() << " = " << value;
  }
  EXPECT_NE(error(Json::object()), "");
}

}  // namespace
}  // namespace spinlab::authoring
