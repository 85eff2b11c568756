#include "src/grading/regrade.h"

#include <c10/util/Exception.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <set>

#include "src/core/files.h"
#include "src/core/interrupt.h"
#include "src/grading/gradebook/class_results.h"
#include "src/grading/report/grades_csv.h"
#include "tests/judging/sample_assignment.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace fs = std::filesystem;

namespace spinlab::grading {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A runner that passes the checks that the source names, or as `strict_` says; nothing is compiled.
class RegradeTest : public SpinlabTest {
 protected:
  RegradeTest() {
    options_.out = folder() / "out";
    options_.runner = [this](const auto& assignment, const auto& file, const auto&) {
      return run(assignment, read_file(file, 1 << 20));
    };
  }
  judging::Report run(const judging::Assignment& assignment, const std::string& source) {
    ++runs_;
    if (source == interrupting_) ::raise(SIGINT);
    judging::Report report;
    report.verdict = failing_.contains(source) ? judging::Verdict::kInfrastructureFailure : judging::Verdict::kGraded;
    if (report.verdict != judging::Verdict::kGraded) return report;
    for (const auto& check : assignment.checks) {
      const bool passed = source.find(strict_ ? check.name + " really" : check.name) != source.npos;
      report.checks.push_back({check.name, passed ? judging::Outcome::kPassed : judging::Outcome::kFailed, "", 0.01});
    }
    return report;
  }
  void hand_in(const std::string& student, const std::string& source) {
    write_file(folder() / "class" / student / "sums.cpp", source);
  }
  void grade_class() { grade(assignment_, {folder() / "class"}, options_); }
  void change_checks() {
    strict_ = true;
    write_file(assignment_.folder / "checks.cpp", "// stricter\n");
  }
  static std::vector<std::string> lines(const std::vector<Change>& changes) {
    std::vector<std::string> lines;
    for (const auto& change : changes)
      lines.push_back(change.after.key.student + " " + judging::points_text(change.before.score.earned) + " → " +
                      judging::points_text(change.after.score.earned));
    return lines;
  }
  std::vector<double> earned() {
    std::vector<double> points;
    for (const auto& grade : existing_gradebook(options_.out, assignment_).latest())
      points.push_back(grade.score.earned);
    return points;
  }

  std::atomic<int> runs_{0};
  std::atomic<bool> strict_{false};
  std::string interrupting_ = "none";
  std::set<std::string> failing_;
  judging::Assignment assignment_ = judging::write_sample_assignment(folder());
  GradeOptions options_;
};

TEST_F(RegradeTest, ShowsWhatChangedAndNeedsNoFolder) {
  hand_in("ada", "Sum.OfOnes really");
  hand_in("emmy", "Sum.OfOnes Mean.OfOnes really");
  grade_class();
  fs::remove_all(folder() / "class");
  change_checks();
  const auto regrading = regrade(assignment_, options_);
  EXPECT_THAT(lines(regrading.changes), ElementsAre("emmy 3.5 → 1.5"));
  EXPECT_EQ(regrading.grading.graded, 2);
  EXPECT_THAT(earned(), ElementsAre(2, 1.5));
  EXPECT_THAT(grades_csv(regrading.grading), HasSubstr("emmy,graded,1.5"));
}

TEST_F(RegradeTest, UndoBringsBackWhatWas) {
  hand_in("emmy", "Sum.OfOnes Mean.OfOnes really");
  grade_class();
  change_checks();
  regrade(assignment_, options_);
  const auto undone = undo_regrade(assignment_, options_.out);
  EXPECT_THAT(lines(undone.changes), ElementsAre("emmy 1.5 → 3.5"));
  EXPECT_THAT(earned(), ElementsAre(3.5));
  EXPECT_THAT(grades_csv(undone.grading), HasSubstr("emmy,graded,3.5"));
  EXPECT_THAT(mistake([&] { undo_regrade(assignment_, options_.out); }), HasSubstr("no regrade to undo"));
  regrade(assignment_, options_);
  EXPECT_THAT(earned(), ElementsAre(1.5));
}

TEST_F(RegradeTest, ByTheSameChecksIsPossibleAndChangesNothing) {
  hand_in("ada", "Sum.OfOnes");
  grade_class();
  EXPECT_THAT(regrade(assignment_, options_).changes, IsEmpty());
  EXPECT_EQ(runs_, 2);
}

TEST_F(RegradeTest, InterruptedItChangesNothingAndGoesOn) {
  for (const auto* name : {"ada", "emmy", "max"})
    hand_in(name, std::string("Sum.OfOnes ") + name);
  grade_class();
  change_checks();
  interrupting_ = "Sum.OfOnes emmy";
  {
    const Interrupt interrupt;
    EXPECT_EQ(regrade(assignment_, options_).grading.left, 2);
  }
  EXPECT_THAT(earned(), ElementsAre(2, 2, 2));
  interrupting_ = "none";
  const auto rest = regrade(assignment_, options_);
  EXPECT_EQ(rest.grading.kept, 1);
  EXPECT_EQ(rest.grading.graded, 2);
  EXPECT_THAT(earned(), ElementsAre(0, 0, 0));
}

TEST_F(RegradeTest, AMachinesFailureChangesNothing) {
  hand_in("ada", "Sum.OfOnes");
  hand_in("emmy", "Mean.OfOnes");
  grade_class();
  change_checks();
  failing_ = {"Mean.OfOnes"};
  EXPECT_EQ(regrade(assignment_, options_).grading.failed, 1);
  EXPECT_THAT(earned(), ElementsAre(2, 1.5));
  failing_.clear();
  EXPECT_EQ(regrade(assignment_, options_).grading.failed, 0);
  EXPECT_THAT(earned(), ElementsAre(0, 0));
}

TEST_F(RegradeTest, WhatIsHandedInLaterCountsBeforeAndAfterAnUndo) {
  hand_in("ada", "Sum.OfOnes");
  grade_class();
  change_checks();
  regrade(assignment_, options_);
  hand_in("ada", "Mean.OfOnes really");
  grade_class();
  EXPECT_THAT(earned(), ElementsAre(1.5));
  undo_regrade(assignment_, options_.out);
  EXPECT_THAT(earned(), ElementsAre(1.5));
}

TEST_F(RegradeTest, WithoutAGradebookItSaysWhatToDo) {
  EXPECT_THAT(mistake([&] { regrade(assignment_, options_); }), HasSubstr("--out of ./spinlab grade"));
}

/// A thousand with a runner that takes no time: what gradebook, comparison and reports cost.
TEST_F(RegradeTest, AThousandAndBack) {
  for (int i = 0; i < 1000; ++i)
    hand_in("student" + std::to_string(i), "Sum.OfOnes " + std::to_string(i) + (i % 4 == 0 ? " really" : ""));
  for (int i = 0; i < 1000; i += 10) hand_in("student" + std::to_string(i), "Sum.OfOnes really");
  grade_class();
  const auto before = earned();
  change_checks();
  const auto seconds = [](const auto& body) {
    const auto start = std::chrono::steady_clock::now();
    body();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  const auto forth = seconds([&] { EXPECT_EQ(regrade(assignment_, options_).changes.size(), 900); });
  const auto back = seconds([&] { EXPECT_EQ(undo_regrade(assignment_, options_.out).changes.size(), 900); });
  EXPECT_EQ(earned(), before);
  std::printf("1000 submissions, a runner that takes no time: regrade %.1f s, undo %.1f s\n", forth, back);
}

}  // namespace
}  // namespace spinlab::grading
