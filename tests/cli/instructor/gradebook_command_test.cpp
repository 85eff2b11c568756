#include <algorithm>

#include "src/core/files.h"
#include "src/grading/gradebook/gradebook.h"
#include "tests/cli/run_spinlab.h"
#include "tests/support/spinlab_test.h"

namespace fs = std::filesystem;

namespace spinlab::cli {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;

/// A gradebook of 01-regression with one result.
class GradebookCommandTest : public SpinlabTest {
 protected:
  GradebookCommandTest() {
    grading::Grade grade;
    grade.key = {"en", "source", "rubric", 0};
    grade.submitted_at = "2026-05-03T12:00:00Z";
    grade.report.verdict = judging::Verdict::kGraded;
    grade.report.checks = {{"FitRidge.MatchesTheCertifiedNorrisCoefficients", judging::Outcome::kPassed, "", 1}};
    grade.checks_score = {20, 100};
    fs::create_directories(out_);
    grading::Gradebook(out_ / "gradebook.sqlite", "01-regression").record(grade);
  }
  CommandRun run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "gradebook");
    arguments.insert(arguments.begin() + 2, "01-regression");
    arguments.insert(arguments.end(), {"--out", out_.string()});
    return run_spinlab(arguments);
  }
  CommandRun set(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "set");
    arguments.insert(arguments.end(), {"--why", "sheet 1", "--by", "M. C."});
    return run(arguments);
  }
  fs::path out_ = folder() / "grades";
};

TEST_F(GradebookCommandTest, SetsShowsAndRemembers) {
  EXPECT_EQ(set({"--due", "2026-05-01T23:59+02:00", "--free-days", "1", "--late-deduction", "10%"}).code, 0);
  EXPECT_EQ(set({"--part", "derivation", "--max", "5"}).code, 0);
  EXPECT_EQ(set({"en", "--part", "derivation", "--points", "4", "--bonus", "2"}).code, 0);
  EXPECT_THAT(run({"show"}).out,
              ContainsRegex("en +graded +23.6 / [0-9]+ +20 +derivation 4 +2 +-2.4 +2 +2026-05-03T12:00:00Z"));
  EXPECT_THAT(run({"show", "en", "--json"}).out, HasSubstr(R"("written":{"derivation":4.0},"bonus":2.0)"));
  EXPECT_THAT(run({"history", "en"}).out, ContainsRegex("M. C. +en +bonus +2 +sheet 1"));
  EXPECT_THAT(read_file(out_ / "grades.csv", 1 << 20), HasSubstr("en,graded,23.6,"));
  EXPECT_EQ(set({"en", "--bonus", ""}).code, 0);
  EXPECT_THAT(read_file(out_ / "grades.csv", 1 << 20), HasSubstr("en,graded,21.6,"));
}

TEST_F(GradebookCommandTest, SaysWhatIsWrong) {
  const auto error = [&](const CommandRun& outcome) {
    EXPECT_EQ(outcome.code, 2);
    return outcome.err;
  };
  EXPECT_THAT(error(set({"nobody", "--bonus", "1"})), HasSubstr("neither a submission nor the roster"));
  EXPECT_THAT(error(set({"en", "--part", "2b", "--points", "4"})), HasSubstr("no written part \"2b\""));
  EXPECT_THAT(error(set({"en"})), HasSubstr("nothing to set"));
  EXPECT_THAT(error(set({"--part", "2b", "--points", "4"})), HasSubstr("name the student"));
  EXPECT_THAT(error(run({"set", "en", "--bonus", "1"})), HasSubstr("--why"));
  EXPECT_THAT(error(run({"roster", "missing.csv"})), HasSubstr("missing.csv"));
}

TEST_F(GradebookCommandTest, ARosterShowsWhoIsMissing) {
  write_file(folder() / "students.csv", "student,name,late_days\nen,E. N.,2\nmc,M. C.,\n");
  const auto file = (folder() / "students.csv").string();
  EXPECT_THAT(run({"roster", file}).err, HasSubstr("2 students enrolled"));
  run({"roster", file});
  EXPECT_THAT(run({"show"}).out, ContainsRegex("mc +missing"));
  EXPECT_THAT(run({"roster"}).out, ContainsRegex("mc +M. C."));
  const auto history = run({"history"}).out;
  EXPECT_THAT(history, HasSubstr("roster students.csv"));
  EXPECT_EQ(std::count(history.begin(), history.end(), '\n'), 2);
}

}  // namespace
}  // namespace spinlab::cli
