#include "src/grading/submissions/latest_submission.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "src/core/files.h"
#include "src/grading/grade.h"
#include "tests/judging/sample_assignment.h"
#include "tests/support/spinlab_test.h"

namespace fs = std::filesystem;

namespace spinlab::grading {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::int64_t kMay = 1'777'593'600;  // 2026-05-01T00:00:00Z

/// Graded by the number of points that the source says.
class NewestTest : public SpinlabTest {
 protected:
  NewestTest() {
    options_.out = folder() / "out";
    options_.runner = [](const auto& assignment, const auto& file, const auto&) {
      const auto source = read_file(file, 1 << 20);
      judging::Report report;
      report.verdict = judging::Verdict::kGraded;
      for (const auto& check : assignment.checks)
        report.checks.push_back(
            {check.name, source.find(check.name) != source.npos ? judging::Outcome::kPassed : judging::Outcome::kFailed, "", 0});
      return report;
    };
  }
  void put(const std::string& name, const std::string& source, std::int64_t seconds) {
    write_file(folder() / "class" / name, source);
    const ::timespec times[2] = {{0, UTIME_OMIT}, {seconds, 0}};
    ASSERT_EQ(::utimensat(AT_FDCWD, (folder() / "class" / name).c_str(), times, 0), 0);
  }
  Grading run() { return grade(assignment_, {folder() / "class"}, options_); }
  /// Entries as "file" or "file (superseded)", and what is said of them.
  std::pair<std::vector<std::string>, std::vector<std::string>> marked() {
    auto entries = find_entries({folder() / "class"}, "sums.cpp");
    const auto notes = mark_superseded(entries, "sums.cpp", 1 << 20);
    std::vector<std::string> files;
    for (const auto& entry : entries)
      files.push_back(entry.path.filename().string() + (entry.superseded ? " (superseded)" : ""));
    return {files, notes};
  }
  std::int64_t count(const char* what) {
    const Database database(options_.out / "gradebook.sqlite");
    Statement statement(database, what);
    return statement.step() ? statement.integer() : -1;
  }

  judging::Assignment assignment_ = judging::write_sample_assignment(folder());
  GradeOptions options_;
};

const std::string kTwo = "Sum.OfOnes", kThree = "Mean.SecretlyNegative";

TEST_F(NewestTest, OneSubmissionAStudentIsNoNews) {
  put("ada.cpp", kTwo, kMay);
  put("emmy/sums.cpp", kTwo, kMay);
  const auto [files, notes] = marked();
  EXPECT_THAT(files, ElementsAre("ada.cpp", "emmy"));
  EXPECT_THAT(notes, IsEmpty());
}

TEST_F(NewestTest, OfSeveralTheOneWithTheNewestFileTimeCounts) {
  put("ada.cpp", kTwo, kMay + 60);
  put("ada/sums.cpp", kThree, kMay + 120);
  put("ada.zip", "no archive", kMay);
  put("emmy.cpp", kTwo, kMay);
  const auto [files, notes] = marked();
  EXPECT_THAT(files, ElementsAre("ada", "ada.cpp (superseded)", "ada.zip (superseded)", "emmy.cpp"));
  ASSERT_EQ(notes.size(), 1);
  EXPECT_THAT(notes[0], AllOf(HasSubstr("ada handed in 3 times: "),
                              HasSubstr("class/ada (2026-05-01T00:02:00Z) counts; kept: "),
                              HasSubstr("class/ada.cpp (2026-05-01T00:01:00Z), ")));
}

TEST_F(NewestTest, OfEqualTimesTheLastByPathCountsAndItIsSaid) {
  put("ada.cpp", kTwo, kMay);
  put("ada.tar", "no archive", kMay);
  const auto [files, notes] = marked();
  EXPECT_THAT(files, ElementsAre("ada.tar", "ada.cpp (superseded)"));
  EXPECT_THAT(notes, ElementsAre(HasSubstr(
                         "class/ada.tar (2026-05-01T00:00:00Z) counts as the last by path of those with the newest")));
}

TEST_F(NewestTest, WhatHoldsTheSameIsGradedOnceWithTheNewestTime) {
  put("ada.cpp", kTwo, kMay);
  put("ada/sums.cpp", kTwo, kMay + 60);
  const auto grading = run();
  EXPECT_EQ(grading.graded, 1);
  EXPECT_EQ(grading.grades.at(0).submitted_at, "2026-05-01T00:01:00Z");
  EXPECT_THAT(grading.notes, ElementsAre(HasSubstr("ada handed in 2 times")));
}

TEST_F(NewestTest, TimesBefore1970AndInTheFutureAreOrderedLikeAnyOther) {
  put("ada.cpp", kTwo, -86'400);
  put("ada/sums.cpp", kThree, 0);
  put("emmy.cpp", kTwo, 4'102'444'800);  // 2100
  put("emmy/sums.cpp", kThree, kMay);
  EXPECT_THAT(marked().first, ElementsAre("ada", "ada.cpp (superseded)", "emmy.cpp", "emmy (superseded)"));
}

TEST_F(NewestTest, BothAreGradedAndTheNewestCountsWithAnyNumberOfJobs) {
  for (int i = 0; i < 20; ++i) {
    const auto name = "student" + std::to_string(i);
    put(name + ".cpp", kThree, kMay + (i % 2 == 0 ? 60 : 0));
    put(name + "/sums.cpp", kTwo, kMay + 30);
  }
  options_.jobs = 4;
  const auto grading = run();
  EXPECT_EQ(grading.graded, 40);
  EXPECT_EQ(count("SELECT count(*) FROM submissions"), 40);
  EXPECT_EQ(count("SELECT count(*) FROM results"), 40);
  ASSERT_EQ(grading.grades.size(), 20);
  for (const auto& grade : grading.grades) {
    const bool even = (grade.key.student.back() - '0') % 2 == 0;
    EXPECT_EQ(grade.score.earned, even ? 3 : 2) << grade.key.student;
  }
  EXPECT_EQ(run().kept, 40);
}

TEST_F(NewestTest, ALaterRunGoesByTheTimesThatItFinds) {
  put("ada.cpp", kThree, kMay);
  EXPECT_EQ(run().grades.at(0).score.earned, 3);
  put("ada/sums.cpp", kTwo, kMay - 60);  // an older one is found in a mailbox
  EXPECT_EQ(run().grades.at(0).score.earned, 3);
  put("ada/sums.cpp", kTwo, kMay + 60);
  const auto grading = run();
  EXPECT_EQ(grading.grades.at(0).score.earned, 2);
  EXPECT_EQ(grading.kept, 2);
  fs::remove_all(folder() / "class/ada");
  EXPECT_EQ(run().grades.at(0).score.earned, 3);
}

TEST_F(NewestTest, TheNewestCountsAfterTheChecksWereChanged) {
  put("ada.cpp", kThree, kMay);
  put("ada/sums.cpp", kTwo, kMay + 60);
  run();
  write_file(assignment_.folder / "checks.cpp", "// another\n");
  EXPECT_EQ(run().grades.at(0).score.earned, 2);
  put("ada.cpp", kThree, kMay + 120);
  EXPECT_EQ(run().grades.at(0).score.earned, 3);
}

}  // namespace
}  // namespace spinlab::grading
