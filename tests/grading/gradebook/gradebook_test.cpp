#include "src/grading/gradebook/gradebook.h"

#include <c10/util/Exception.h>

#include <algorithm>

#include "tests/grading/sample_grade.h"
#include "tests/support/spinlab_test.h"

namespace fs = std::filesystem;

namespace spinlab::grading {
namespace {

class GradebookTest : public SpinlabTest {
 protected:
  fs::path file_ = folder() / "gradebook.sqlite";
};

TEST_F(GradebookTest, AGradeReadsBackWhole) {
  Gradebook(file_, "01-regression").record(sample_grade("ada"));
  const auto grades = Gradebook(file_, "01-regression").latest();
  ASSERT_EQ(grades.size(), 1);
  const auto& read = grades[0];
  const auto written = sample_grade("ada");
  EXPECT_EQ(read.key.student, "ada");
  EXPECT_EQ(read.key.seed, written.key.seed);
  EXPECT_EQ(read.key.source_sha256, "source");
  EXPECT_EQ(read.key.rubric_sha256, "rubric");
  EXPECT_EQ(read.entry, "class/ada");
  EXPECT_EQ(read.report.verdict, judging::Verdict::kGraded);
  EXPECT_EQ(read.report.detail, written.report.detail);
  EXPECT_EQ(read.report.layers, written.report.layers);
  EXPECT_EQ(read.report.compile_seconds, 1.5);
  EXPECT_EQ(read.report.check_seconds, 10.25);
  EXPECT_EQ(read.score.earned, 2);
  EXPECT_EQ(read.score.maximum, 5);
  EXPECT_EQ(read.attempts, 2);
  EXPECT_THAT(read.graded_at, testing::MatchesRegex("20..-..-..T..:..:..Z"));
  ASSERT_EQ(read.report.checks.size(), 2);
  EXPECT_EQ(read.report.checks[1].outcome, judging::Outcome::kTimedOut);
  EXPECT_EQ(read.report.checks[1].message, "over 10 s");
  EXPECT_EQ(read.report.checks[1].seconds, 10);
}

TEST_F(GradebookTest, TheSameKeyIsHeldEachOtherIsNot) {
  Gradebook book(file_, "01-regression");
  book.record(sample_grade("ada"));
  const auto key = sample_grade("ada").key;
  EXPECT_TRUE(book.holds(key));
  EXPECT_FALSE(book.holds({"emmy", key.source_sha256, key.rubric_sha256, key.seed}));
  EXPECT_FALSE(book.holds({key.student, "changed", key.rubric_sha256, key.seed}));
  EXPECT_FALSE(book.holds({key.student, key.source_sha256, "changed", key.seed}));
  EXPECT_FALSE(book.holds({key.student, key.source_sha256, key.rubric_sha256, 7}));
}

TEST_F(GradebookTest, AnInfrastructureFailureIsNoResult) {
  Gradebook book(file_, "01-regression");
  book.record(sample_grade("ada", judging::Verdict::kInfrastructureFailure));
  EXPECT_FALSE(book.holds(sample_grade("ada").key));
  EXPECT_EQ(book.latest().at(0).score.earned, 0);
  book.record(sample_grade("ada"));
  EXPECT_TRUE(book.holds(sample_grade("ada").key));
  EXPECT_EQ(book.latest().size(), 1);
}

TEST_F(GradebookTest, TheLatestSubmissionCountsAndAnOldOneCanComeBack) {
  Gradebook book(file_, "01-regression");
  const auto first = sample_grade("ada");
  auto second = sample_grade("ada");
  second.key.source_sha256 = "second";
  book.record(first);
  book.record(second);
  EXPECT_EQ(book.latest().at(0).key.source_sha256, "second");
  book.touch(first.key);
  EXPECT_EQ(book.latest().at(0).key.source_sha256, "source");
}

/// A grade of another source of the same student.
Grade other(const std::string& source, bool superseded) {
  auto grade = sample_grade("ada");
  grade.key.source_sha256 = source;
  grade.submitted_at = "2026-05-01T00:00:00Z";
  grade.superseded = superseded;
  return grade;
}

TEST_F(GradebookTest, ASupersededSubmissionIsKeptAndNeverCountsWhateverIsRecordedFirst) {
  std::vector<Grade> grades{other("older", true), other("old", true), other("new", false)};
  std::vector<size_t> order{0, 1, 2};
  do {
    fs::remove(file_);
    Gradebook book(file_, "01-regression");
    book.record(sample_grade("emmy"));
    book.record(other("last week", false));
    for (const auto i : order) book.record(grades[i]);
    EXPECT_EQ(book.latest().at(0).key.source_sha256, "new");
    for (const auto& grade : grades) EXPECT_TRUE(book.holds(grade.key));
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_F(GradebookTest, AnOldSubmissionThatIsGradedByNewChecksCanComeBack) {
  Gradebook book(file_, "01-regression");
  book.record(other("first", false));
  book.record(other("second", false));
  auto again = other("first", false);
  again.key.rubric_sha256 = "changed checks";
  again.submitted_at = "2026-05-02T00:00:00Z";
  book.record(again);
  EXPECT_EQ(book.latest().at(0).key.source_sha256, "first");
  EXPECT_EQ(book.latest().at(0).submitted_at, "2026-05-02T00:00:00Z");
  auto superseded = other("second", true);
  superseded.key.rubric_sha256 = "changed checks";
  book.record(superseded);
  EXPECT_EQ(book.latest().at(0).key.source_sha256, "first");
}

TEST_F(GradebookTest, AdjustmentsAreKeptAndTheLastCounts) {
  Gradebook book(file_, "01-regression");
  book.record(sample_grade("ada"));
  book.adjust({{"", "part 2b", "4", "M. C.", "sheet", ""}, {"ada", "part 2b", "1", "M. C.", "sign", ""}});
  book.adjust({{"ada", "part 2b", "3", "E. N.", "seen again", ""}});
  EXPECT_THROW(book.adjust({{"ada", kBonus, "1", "M. C.", "poster", ""}, {"ada", "part 9", "1", "M. C.", "x", ""}}),
               c10::ValueError);
  const auto read = book.latest().at(0);
  EXPECT_EQ(read.score.earned, 2 + 3);
  EXPECT_EQ(read.score.maximum, 5 + 4);
  const auto history = book.history("ada");
  ASSERT_EQ(history.size(), 3);
  EXPECT_EQ(history[1].value, "1");
  EXPECT_EQ(history[2].who, "E. N.");
}

}  // namespace
}  // namespace spinlab::grading
