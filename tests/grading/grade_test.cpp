#include "src/grading/grade.h"

#include <c10/util/Exception.h>
#include <signal.h>

#include <atomic>
#include <mutex>
#include <set>

#include "src/core/files.h"
#include "src/core/interrupt.h"
#include "src/grading/report/results.h"
#include "tests/judging/sample_assignment.h"
#include "tests/support/spinlab_test.h"

namespace fs = std::filesystem;

namespace spinlab::grading {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Stands in for run_submission: the source says how it ends, as a verdict or as the checks that pass.
class FakeRunner {
 public:
  judging::Report operator()(const judging::Assignment& assignment, const fs::path& file, const judging::RunOptions& options) {
    const auto source = read_file(file, 1 << 20);
    ++runs_;
    if (source == "ctrl-c") ::raise(SIGINT);
    if (source == "no sandbox") TORCH_CHECK(false, "this machine cannot grade");
    if (source == "flaky" && ++flaky_ < 3) return ended(judging::Verdict::kInfrastructureFailure);
    if (source == "broken machine") return ended(judging::Verdict::kInfrastructureFailure);
    if (source == "does not compile") return ended(judging::Verdict::kCompileError);
    judging::Report report = ended(judging::Verdict::kGraded);
    for (const auto& check : assignment.checks) {
      const bool passed =
          source.find(check.name) != std::string::npos || source == "flaky" || source == "all";
      report.checks.push_back({check.name, passed ? judging::Outcome::kPassed : judging::Outcome::kFailed, "1 is not 2", 0.01});
    }
    report.seed = options.seed;
    return report;
  }
  int runs() const { return runs_; }

 private:
  static judging::Report ended(judging::Verdict verdict) {
    judging::Report report;
    report.verdict = verdict;
    report.detail = verdict == judging::Verdict::kGraded ? "" : "why";
    return report;
  }
  std::atomic<int> runs_{0};
  std::atomic<int> flaky_{0};
};

class GradeTest : public SpinlabTest {
 protected:
  GradeTest() {
    options_.out = folder() / "out";
    options_.runner = [this](const auto& assignment, const auto& file, const auto& run) {
      return fake_(assignment, file, run);
    };
  }
  void hand_in(const std::string& student, const std::string& source) {
    write_file(folder() / "class" / student / "sums.cpp", source);
  }
  Grading run() {
    auto grading = grade(assignment_, {folder() / "class"}, options_);
    write_results(grading, options_.out);
    return grading;
  }
  static std::vector<std::string> verdicts(const Grading& grading) {
    std::vector<std::string> words;
    for (const auto& grade : grading.grades)
      words.push_back(grade.key.student + " " + to_string(grade.report.verdict));
    return words;
  }
  FakeRunner fake_;
  judging::Assignment assignment_ = judging::write_sample_assignment(folder());
  GradeOptions options_;
};

TEST_F(GradeTest, EachSubmissionGetsItsVerdictAndPoints) {
  hand_in("ada", "all");
  hand_in("emmy", "Sum.OfOnes");
  hand_in("max", "does not compile");
  write_file(folder() / "class/zoe/sum.cpp", "wrong name");
  const auto grading = run();
  EXPECT_THAT(verdicts(grading),
              ElementsAre("ada graded", "emmy graded", "max compile error", "zoe unreadable submission"));
  EXPECT_EQ(grading.graded, 4);
  std::vector<double> earned;
  for (const auto& grade : grading.grades) {
    earned.push_back(grade.score.earned);
    EXPECT_EQ(grade.score.maximum, 6.5);
  }
  EXPECT_THAT(earned, ElementsAre(6.5, 2, 0, 0));
  EXPECT_THAT(grading.grades[3].report.detail, HasSubstr("name the file sums.cpp"));
}

TEST_F(GradeTest, EveryResultFileIsWritten) {
  hand_in("ada", "all");
  run();
  for (const auto* name :
       {"gradebook.sqlite", "grades.csv", "junit.xml", "report/index.html", "results/ada.json"}) {
    EXPECT_TRUE(fs::exists(options_.out / name)) << name;
  }
}

TEST_F(GradeTest, WhatIsUnchangedIsNotGradedAgain) {
  hand_in("ada", "all");
  hand_in("emmy", "Sum.OfOnes");
  run();
  hand_in("emmy", "all");
  hand_in("max", "all");
  const auto again = run();
  EXPECT_EQ(again.kept, 1);
  EXPECT_EQ(again.graded, 2);
  EXPECT_EQ(fake_.runs(), 4);
  EXPECT_EQ(again.grades.at(1).score.earned, 6.5);
  options_.run.seed = 5;
  EXPECT_EQ(run().graded, 3);
}

TEST_F(GradeTest, AChangedCheckGradesAllAgain) {
  hand_in("ada", "all");
  run();
  write_file(assignment_.folder / "checks.cpp", "// another\n");
  EXPECT_EQ(run().graded, 1);
}

TEST_F(GradeTest, AnInfrastructureFailureIsTriedAgainAndNeverAZero) {
  hand_in("ada", "flaky");
  hand_in("emmy", "broken machine");
  const auto grading = run();
  EXPECT_THAT(verdicts(grading), ElementsAre("ada graded", "emmy infrastructure failure"));
  EXPECT_EQ(grading.grades[0].attempts, 3);
  EXPECT_EQ(grading.failed, 1);
  EXPECT_EQ(fake_.runs(), 6);
  EXPECT_FALSE(fs::exists(options_.out / "results/emmy.json"));
  EXPECT_THAT(read_file(options_.out / "grades.csv", 1 << 20),
              HasSubstr("emmy,infrastructure failure,,6.5,,,,,,,"));
  run();
  EXPECT_EQ(fake_.runs(), 9);
}

TEST_F(GradeTest, EnrolledStudentsWhoHandedNothingInAreShown) {
  hand_in("ada", "all");
  hand_in("emy", "all");
  run();
  Gradebook(options_.out / "gradebook.sqlite", assignment_.name).enrol({{"ada"}, {"emmy"}});
  const auto grading = run();
  EXPECT_THAT(verdicts(grading), ElementsAre("ada graded", "emmy missing", "emy graded"));
  EXPECT_THAT(grading.notes, ElementsAre(HasSubstr("emy is not on the roster; did you mean \"emmy\"")));
  EXPECT_THAT(read_file(options_.out / "grades.csv", 1 << 20), HasSubstr("emmy,missing,0,6.5,"));
  EXPECT_FALSE(fs::exists(options_.out / "results/emmy.json"));
}

TEST_F(GradeTest, TheNewestOfAStudentsSubmissionsCountsWhateverTheClockSays) {
  hand_in("ada", "all");
  run();
  hand_in("ada", "Sum.OfOnes");
  fs::last_write_time(folder() / "class/ada/sums.cpp", fs::file_time_type::clock::now() - std::chrono::hours(9999));
  EXPECT_EQ(run().grades.at(0).score.earned, 2);
  hand_in("ada", "all");
  EXPECT_EQ(run().grades.at(0).score.earned, 6.5);
  EXPECT_EQ(fake_.runs(), 2);
}

/// Two of 2³² are the same.
TEST_F(GradeTest, AGradebookDrawsASeedOnceAndGoesOnWithIt) {
  hand_in("ada", "all");
  options_.own_seed = true;
  const auto seed = run().grades.at(0).key.seed;
  EXPECT_NE(seed, 0) << "with which students check";
  hand_in("emmy", "all");
  const auto grading = run();
  EXPECT_EQ(grading.kept, 1);
  EXPECT_EQ(grading.grades.at(1).key.seed, seed);
  options_.out = folder() / "another";
  EXPECT_NE(run().grades.at(0).key.seed, seed);
}

TEST_F(GradeTest, AGradebookKeepsTheSeedThatItsFirstRunWasGiven) {
  hand_in("ada", "all");
  options_.run.seed = 7;
  run();
  options_.own_seed = true;
  EXPECT_EQ(run().kept, 1);
}

TEST_F(GradeTest, CtrlCDropsWhatIsUnderWayAndTheNextRunGoesOn) {
  hand_in("ada", "all");
  hand_in("emmy", "ctrl-c");
  hand_in("max", "all");
  {
    const Interrupt interrupt;
    const auto grading = run();
    EXPECT_THAT(verdicts(grading), ElementsAre("ada graded"));
    EXPECT_EQ(grading.left, 2);
  }
  hand_in("emmy", "all");
  const auto rest = run();
  EXPECT_EQ(rest.kept, 1);
  EXPECT_EQ(rest.graded, 2);
}

TEST_F(GradeTest, AMachineThatCannotGradeEndsTheRun) {
  hand_in("ada", "all");
  hand_in("emmy", "no sandbox");
  hand_in("max", "all");
  EXPECT_THROW(run(), c10::Error);
  EXPECT_EQ(fake_.runs(), 2);
}

TEST_F(GradeTest, MissingDataLeaveTheirPointsOut) {
  hand_in("ada", "all");
  options_.has_data = [](const std::string&) { return false; };
  EXPECT_THROW(run(), c10::ValueError);
  EXPECT_EQ(fake_.runs(), 0);
  EXPECT_FALSE(fs::exists(options_.out));
  options_.allow_missing_data = true;
  const auto grading = run();
  EXPECT_EQ(grading.grades.at(0).score.maximum, 5);
  EXPECT_EQ(grading.grades[0].score.earned, 5);
  EXPECT_EQ(grading.grades[0].report.checks.size(), 2);
}

TEST_F(GradeTest, JobsGradeEachSubmissionOnce) {
  for (int i = 0; i < 40; ++i) hand_in("student" + std::to_string(i), i % 2 == 0 ? "all" : "Sum.OfOnes");
  options_.jobs = 4;
  const auto grading = run();
  EXPECT_EQ(fake_.runs(), 40);
  ASSERT_EQ(grading.grades.size(), 40);
  for (const auto& grade : grading.grades) {
    const bool even = (grade.key.student.back() - '0') % 2 == 0;
    EXPECT_EQ(grade.score.earned, even ? 6.5 : 2) << grade.key.student;
  }
}

TEST_F(GradeTest, AnUnwritableOutputIsSaidBeforeAnyWork) {
  hand_in("ada", "all");
  write_file(folder() / "file", "");
  options_.out = folder() / "file/out";
  EXPECT_THROW(run(), c10::Error);
  EXPECT_EQ(fake_.runs(), 0);
}

}  // namespace
}  // namespace spinlab::grading
