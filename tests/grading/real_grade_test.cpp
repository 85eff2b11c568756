#include "src/core/files.h"
#include "src/grading/grade.h"
#include "src/grading/report/results.h"
#include "tests/judging/fixture_submission.h"

namespace spinlab::grading {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// A class of submissions to tests/judging/fixture through compiler, sandbox, gradebook and reports.
class RealGradeTest : public judging::FixtureTest {
 protected:
  void hand_in(const std::string& student, const std::string& source) {
    write_file(folder() / "class" / student / "fixture.cpp", source);
  }
  Grading grade_class() {
    GradeOptions options;
    options.out = folder() / "out";
    options.jobs = 2;
    options.runner = judging::run_submission;
    auto grading = grade(judging::read_assignment(SPINLAB_FIXTURE), {folder() / "class"}, options);
    write_results(grading, options.out);
    return grading;
  }
  static std::vector<std::string> results(const Grading& grading) {
    std::vector<std::string> lines;
    for (const auto& grade : grading.grades) {
      lines.push_back(grade.key.student + ": " + to_string(grade.report.verdict) + ", " +
                      judging::points_text(grade.score.earned) + " of " + judging::points_text(grade.score.maximum));
    }
    return lines;
  }
};

TEST_F(RealGradeTest, AClassIsGradedSideBySide) {
  hand_in("crashes", with_twice("std::abort();"));
  hand_in("right", solution());
  hand_in("typo", with_twice("return x * 2"));
  hand_in("wrong", with_twice("return x + 2;"));
  const auto grading = grade_class();
  EXPECT_THAT(results(grading), ElementsAre("crashes: graded, 4 of 10", "right: graded, 10 of 10",
                                            "typo: compile error, 0 of 10", "wrong: graded, 5 of 10"));
  EXPECT_THAT(grading.grades[2].report.detail, HasSubstr("expected ';'"));
  for (const auto& grade : grading.grades)
    EXPECT_TRUE(grade.report.layers.at("seccomp").at("holds").get<bool>());
}

TEST_F(RealGradeTest, AHiddenChecksMessageDoesNotReachTheStudent) {
  hand_in("wrong", with_twice("return x.abs() * 2;"));
  const auto grading = grade_class();
  EXPECT_THAT(results(grading), ElementsAre("wrong: graded, 7 of 10"));
  const auto results = read_file(folder() / "out/results/wrong.json", 1 << 20);
  EXPECT_THAT(results, AllOf(HasSubstr("Hint: x * 2"), Not(HasSubstr("HoldsForNegativeNumbers"))));
  EXPECT_THAT(read_file(folder() / "out/report/index.html", 1 << 20), HasSubstr("HoldsForNegativeNumbers"));
}

}  // namespace
}  // namespace spinlab::grading
