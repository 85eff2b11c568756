#include "src/grading/gradebook/gradebook_schema.h"

#include "src/core/files.h"
#include "tests/grading/sample_grade.h"
#include "tests/support/mistake.h"
#include "tests/support/process.h"
#include "tests/support/spinlab_test.h"

namespace fs = std::filesystem;

namespace spinlab::grading {
namespace {

using testing::HasSubstr;

class GradebookSchemaTest : public SpinlabTest {
 protected:
  std::string error(const std::string& assignment = "01-regression") {
    return mistake([&] { Gradebook(file_, assignment); });
  }
  fs::path file_ = folder() / "gradebook.sqlite";
};

TEST_F(GradebookSchemaTest, AForeignFileIsRefusedAndLeftAsItIs) {
  write_file(file_, std::string(5000, 'x'));
  EXPECT_THAT(error(), HasSubstr("not a gradebook"));
  EXPECT_EQ(read_file(file_, 1 << 20), std::string(5000, 'x'));
  fs::remove(file_);
  Database(file_).run("CREATE TABLE songs (name TEXT)");
  const auto before = read_file(file_, 1 << 20);
  EXPECT_THAT(error(), HasSubstr("no gradebook of Spinlab"));
  EXPECT_EQ(read_file(file_, 1 << 20), before);
}

TEST_F(GradebookSchemaTest, ANewerOneAndAnotherAssignmentsAreRefused) {
  Gradebook(file_, "01-regression").record(sample_grade("ada"));
  EXPECT_THAT(error("02-classification"), HasSubstr("gradebook of 01-regression"));
  Database(file_).run("PRAGMA user_version = 4");
  EXPECT_THAT(error(), HasSubstr("update Spinlab"));
}

// As version 1 made it.
constexpr auto kVersionOne = R"(
  CREATE TABLE submissions (id INTEGER PRIMARY KEY, assignment TEXT NOT NULL, student TEXT NOT NULL,
    source_sha256 TEXT NOT NULL, rubric_sha256 TEXT NOT NULL, seed TEXT NOT NULL, revision INTEGER NOT NULL,
    entry TEXT NOT NULL, verdict TEXT NOT NULL, detail TEXT NOT NULL, earned REAL, maximum REAL NOT NULL,
    layers TEXT NOT NULL, compile_seconds REAL NOT NULL, check_seconds REAL NOT NULL, attempts INTEGER NOT NULL,
    graded_at TEXT NOT NULL, UNIQUE (assignment, student, source_sha256, rubric_sha256, seed)) STRICT;
  CREATE TABLE checks (submission INTEGER NOT NULL REFERENCES submissions (id) ON DELETE CASCADE,
    position INTEGER NOT NULL, name TEXT NOT NULL, outcome TEXT NOT NULL, message TEXT NOT NULL,
    seconds REAL NOT NULL, PRIMARY KEY (submission, position)) STRICT, WITHOUT ROWID;
  INSERT INTO submissions VALUES
    (1, '01-regression', 'ada', 'old', 'rubric', '1', 1, 'class/ada', 'graded', '', 3, 5, '{}', 1, 2, 1, '2025'),
    (2, '01-regression', 'emmy', 'hers', 'rubric', '1', 3, 'class/emmy', 'crashed', 'why', 0, 5, '{}', 1, 2, 1, '2025'),
    (3, '01-regression', 'ada', 'new', 'rubric', '1', 4, 'class/ada', 'graded', '', 4, 5, '{}', 1, 2, 1, '2025'),
    (4, '01-regression', 'ada', 'new', 'rubric', '18446744073709551615', 2, 'class/ada', 'graded', '', 1, 5, '{}',
     1, 2, 1, '2025');
  INSERT INTO checks VALUES (1, 0, 'A.a', 'passed', '', 1), (3, 0, 'A.a', 'passed', '', 1), (3, 1, 'A.b', 'failed', 'x', 1);
  PRAGMA application_id = 0x53704C62;
  PRAGMA user_version = 1;
)";

TEST_F(GradebookSchemaTest, AnEarlierSpinlabsIsBroughtUpToDate) {
  Database(file_).run(kVersionOne);
  Gradebook book(file_, "01-regression");
  const auto grades = book.latest();
  ASSERT_EQ(grades.size(), 2);
  EXPECT_EQ(grades[0].key.source_sha256, "new");
  EXPECT_EQ(grades[0].key.seed, 1);
  EXPECT_EQ(grades[0].score.earned, 4);
  EXPECT_EQ(grades[0].report.checks.size(), 2);
  EXPECT_EQ(grades[1].report.verdict, judging::Verdict::kCrashed);
  EXPECT_TRUE(book.holds({"ada", "old", "rubric", 1}));
  EXPECT_TRUE(book.holds({"ada", "new", "rubric", ~std::uint64_t{0}}));
  book.touch({"ada", "old", "rubric", 1}, {"int old;", "{}", "", "2026-01-01T00:00:00Z"});
  EXPECT_EQ(Gradebook(file_, "01-regression").latest().at(0).score.earned, 3);
  ASSERT_TRUE(book.submission("old"));
  EXPECT_EQ(book.submission("old")->source, "int old;");
  EXPECT_EQ(book.submission("old")->answers, "{}");
  EXPECT_EQ(book.seed(99), 1) << "of the last result";
}

/// As version 3 but for the answers.
TEST_F(GradebookSchemaTest, VersionTwoGetsAPlaceForAnswers) {
  const auto grade = sample_grade("ada");
  Gradebook(file_, "01-regression").record(grade, {"int old;"});
  Database(file_).run("ALTER TABLE sources DROP COLUMN answers; DROP TABLE seeds; PRAGMA user_version = 2");
  Gradebook book(file_, "01-regression");
  EXPECT_EQ(book.submission(grade.key.source_sha256)->source, "int old;");
  EXPECT_EQ(book.seed(grade.key.seed + 1), grade.key.seed);
  book.record(sample_grade("emmy"), {"int x;", "{}"});
  EXPECT_EQ(book.latest().size(), 2);
}

TEST_F(GradebookSchemaTest, AnEarlierSpinlabsIsBroughtUpToDateOnceByProgramsThatStartTogether) {
  Database(file_).run(kVersionOne);
  std::vector<Process> programs;
  for (int i = 0; i < 4; ++i)
    programs.emplace_back([&] { Gradebook(file_, "01-regression").record(sample_grade(std::to_string(i))); });
  for (auto& program : programs) EXPECT_EQ(program.wait(), 0);
  EXPECT_EQ(Gradebook(file_, "01-regression").latest().size(), 6);
}

TEST_F(GradebookSchemaTest, ACorruptOneIsRefused) {
  {
    Gradebook book(file_, "01-regression");
    for (int i = 0; i < 200; ++i) book.record(sample_grade("student" + std::to_string(i)));
  }
  auto bytes = read_file(file_, 1 << 24);
  ASSERT_GT(bytes.size(), 20000);
  for (size_t i = 4096; i < bytes.size(); i += 7) bytes[i] = '\x5A';
  write_file(file_, bytes);
  EXPECT_THAT(error(), HasSubstr("corrupt"));
}

}  // namespace
}  // namespace spinlab::grading
