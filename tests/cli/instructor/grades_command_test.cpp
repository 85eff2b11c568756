#include "src/core/config.h"
#include "src/core/files.h"
#include "src/grading/gradebook/gradebook.h"
#include "tests/cli/run_spinlab.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::cli {
namespace {

using testing::HasSubstr;

class GradesCommandTest : public SpinlabTest {
 protected:
  GradesCommandTest() {
    grading::Gradebook gradebook(folder() / "gradebook.sqlite", "01-regression");
    for (const auto* student : {"en", "somebody"}) {
      grading::Grade grade;
      grade.key.student = student;
      grade.report.verdict = judging::Verdict::kGraded;
      grade.checks_score = {7.5, 10};
      gradebook.record(grade);
    }
    write_file(table(), "Student,ID,SIS Login ID,Section,Regression (7)\n\"Noether, E.\",1,en,A,\n");
  }

  CommandRun export_to(const std::filesystem::path& file, std::vector<std::string> more) const {
    std::vector<std::string> arguments = {"grades", "export", "01-regression", folder(), "--out", file};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_spinlab(arguments);
  }
  std::filesystem::path table() const { return folder() / "canvas export.csv"; }
  std::filesystem::path out() const { return folder() / "out.csv"; }
};

TEST_F(GradesCommandTest, FillsInTheTableOfTheLmsAndListsTheRest) {
  const auto outcome = export_to(out(), {"--format", "canvas", "--from", table()});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(read_file(out(), 1000), HasSubstr("\"Noether, E.\",1,en,A,7.5\r\n"));
  EXPECT_THAT(outcome.err,
              AllOf(HasSubstr("nothing written (1): somebody"), HasSubstr("points of 1 students")));
}

TEST_F(GradesCommandTest, TheSameAsJson) {
  const auto outcome = export_to(out(), {"--format", "canvas", "--from", table(), "--json"});
  const auto json = Json::parse(outcome.out);
  EXPECT_EQ(json["written"], 1);
  EXPECT_EQ(json["unknown"], Json({"somebody"}));
}

TEST_F(GradesCommandTest, WhoIsEnrolledAndHandedNothingInIsCountedAndGetsAZeroOnlyWhenAsked) {
  grading::Gradebook(folder() / "gradebook.sqlite", "01-regression").enrol({{"en", "", "", ""}, {"mc", "", "", ""}});
  write_file(table(), "Student,ID,SIS Login ID,Section,Regression (7)\n\"N, E.\",1,en,A,\n\"C, M.\",2,mc,A,\n");
  const auto outcome = export_to(out(), {"--format", "canvas", "--from", table()});
  EXPECT_THAT(outcome.err, HasSubstr("handed nothing in, left as the LMS has it (1): mc\n"));
  EXPECT_THAT(read_file(out(), 1000), testing::Not(HasSubstr("mc")));
  const auto zero = export_to(out(), {"--format", "canvas", "--from", table(), "--missing-as-zero"});
  EXPECT_THAT(zero.err, HasSubstr("handed nothing in, 0 points (1): mc\n"));
  EXPECT_THAT(read_file(out(), 1000), HasSubstr("\"C, M.\",2,mc,A,0\r\n"));
  const auto own = export_to(out(), {"--format", "moodle", "--json"});
  EXPECT_EQ(Json::parse(own.out)["missing"], Json({"mc"}));
}

TEST_F(GradesCommandTest, MistakesAreOneLineAndWriteNothing) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> mistakes = {
      {{"--format", "blackboard"}, "blackboard"},
      {{"--format", "moodle", "--from", table()}, "canvas export.csv: is no table of Moodle"},
      {{"--format", "canvas", "--missing-as-zero"}, "--missing-as-zero requires --from"},
      {{"--format", "canvas", "--from", "/missing.csv"}, "/missing.csv: no such file"},
      {{"--format", "canvas", "--from", table(), "--column", "HW 3"}, "--column one of: Regression (7)"}};
  for (const auto& [arguments, message] : mistakes) {
    const auto outcome = export_to(out(), arguments);
    EXPECT_EQ(outcome.code, 2);
    EXPECT_THAT(outcome.err, HasSubstr(message));
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
    EXPECT_FALSE(std::filesystem::exists(out()));
  }
}

TEST_F(GradesCommandTest, AFolderWithoutAGradebookIsNotGivenOne) {
  const auto outcome = run_spinlab(
      {"grades", "export", "01", folder() / "empty", "--format", "canvas", "--out", out().string()});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("no such gradebook"));
  EXPECT_FALSE(std::filesystem::exists(folder() / "empty"));
}

}  // namespace
}  // namespace spinlab::cli
