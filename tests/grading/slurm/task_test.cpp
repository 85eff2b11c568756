#include "src/grading/slurm/task.h"

#include <c10/util/Exception.h>
#include <signal.h>

#include "src/core/files.h"
#include "src/core/interrupt.h"
#include "src/grading/slurm/work_folder.h"
#include "tests/judging/sample_assignment.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::grading {
namespace {

using testing::ElementsAre;

/// Five sources for two tasks; the runner notes what it was given.
class TaskTest : public SpinlabTest {
 protected:
  TaskTest() {
    const auto rubric = judging::make_rubric(assignment_, "*", has_all, false);
    work_.put({assignment_.folder, judging::rubric_sha256(assignment_, rubric), "*", 7, false, false, 2, kSources});
    for (const auto& source : kSources) work_.put_source(source, "text of " + source);
  }
  static bool has_all(const std::string&) { return true; }
  void run(int task, const judging::HasData& has_data = has_all) {
    grade_share(work_.path(), task, has_data,
                [this](const auto& assignment, const auto& file, const auto& options) {
                  run_.push_back(read_file(file, 100));
                  if (run_.back() == "text of cancelled") ::raise(SIGTERM);
                  judging::Report report;
                  report.verdict = judging::Verdict::kGraded;
                  report.seed = options.seed;
                  report.checks = {{assignment.checks.front().name, judging::Outcome::kPassed, "", 0}};
                  return report;
                });
  }
  const std::vector<std::string> kSources{"a", "b", "c", "d", "e"};
  judging::Assignment assignment_ = judging::write_sample_assignment(folder());
  WorkFolder work_ = WorkFolder(folder() / "work");
  std::vector<std::string> run_;
};

TEST_F(TaskTest, TheTasksShareTheSources) {
  run(1);
  EXPECT_THAT(run_, ElementsAre("text of b", "text of d"));
  run(0);
  EXPECT_EQ(run_.size(), 5);
  for (const auto& source : kSources) EXPECT_EQ(work_.report(source).seed, 7) << source;
  run(7);
  EXPECT_EQ(run_.size(), 5);
}

TEST_F(TaskTest, WhatHasAResultIsNotRunAgain) {
  run(0);
  run_.clear();
  run(0);
  EXPECT_TRUE(run_.empty());
}

TEST_F(TaskTest, ACancelledTaskDropsWhatIsUnderWay) {
  work_.put_source("c", "text of cancelled");
  const Interrupt interrupt;
  run(0);
  EXPECT_THAT(run_, ElementsAre("text of a", "text of cancelled"));
  EXPECT_TRUE(work_.has_result("a"));
  EXPECT_FALSE(work_.has_result("c"));
}

TEST_F(TaskTest, AnotherAssignmentOrOtherDataAreNotGraded) {
  EXPECT_THROW(run(0, [](const std::string&) { return false; }), c10::ValueError);
  write_file(assignment_.folder / "checks.cpp", "// another\n");
  EXPECT_THROW(run(0), c10::Error);
  EXPECT_TRUE(run_.empty());
}

}  // namespace
}  // namespace spinlab::grading
