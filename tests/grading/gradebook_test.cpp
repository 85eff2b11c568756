#include "src/grading/gradebook.h"

#include <c10/util/Exception.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <utility>

#include "src/core/files.h"
#include "tests/support/spinlab_test.h"

namespace fs = std::filesystem;

namespace spinlab::grading {
namespace {

using testing::HasSubstr;

/// A process that runs `body` and is killed with this object, or with the test.
class Process {
 public:
  explicit Process(const std::function<void()>& body) : id_(::fork()) {
    if (id_ != 0) return;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    try {
      body();
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s\n", error.what());
      ::_exit(1);
    }
    ::_exit(0);
  }
  Process(Process&& other) : id_(std::exchange(other.id_, 0)) {}
  ~Process() { kill(); }

  bool is_running() const { return ::waitpid(id_, nullptr, WNOHANG) == 0; }
  void kill() {
    if (id_ <= 0) return;
    ::kill(id_, SIGKILL);
    wait();
  }
  /// Its exit status; -1 where a signal ended it.
  int wait() {
    int status = 0;
    ::waitpid(std::exchange(id_, 0), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t id_;
};

class GradebookTest : public SpinlabTest {
 protected:
  static Grade grade(const std::string& student, Verdict verdict = Verdict::kGraded) {
    Grade grade;
    grade.key = {student, "source", "rubric", std::uint64_t{1} << 63};
    grade.entry = "class/" + student;
    grade.report.verdict = verdict;
    grade.report.detail = "it's \"quoted\"; DROP TABLE submissions";
    grade.report.checks = {{"A.a", Outcome::kPassed, "", 0.25}, {"A.b", Outcome::kTimedOut, "over 10 s", 10}};
    grade.report.layers = {{"seccomp", true}};
    grade.report.compile_seconds = 1.5;
    grade.report.check_seconds = 10.25;
    grade.score = {2, 5};
    grade.attempts = 2;
    return grade;
  }
  std::string error(const std::string& assignment = "01-regression") {
    try {
      Gradebook(file_, assignment);
    } catch (const c10::ValueError& error) {
      return error.what_without_backtrace();
    }
    return "";
  }
  fs::path file_ = folder() / "gradebook.sqlite";
};

TEST_F(GradebookTest, AGradeReadsBackWhole) {
  Gradebook(file_, "01-regression").record(grade("ada"));
  const auto grades = Gradebook(file_, "01-regression").latest();
  ASSERT_EQ(grades.size(), 1);
  const auto& read = grades[0];
  const auto written = grade("ada");
  EXPECT_EQ(read.key.student, "ada");
  EXPECT_EQ(read.key.seed, written.key.seed);
  EXPECT_EQ(read.key.source_sha256, "source");
  EXPECT_EQ(read.key.rubric_sha256, "rubric");
  EXPECT_EQ(read.entry, "class/ada");
  EXPECT_EQ(read.report.verdict, Verdict::kGraded);
  EXPECT_EQ(read.report.detail, written.report.detail);
  EXPECT_EQ(read.report.layers, written.report.layers);
  EXPECT_EQ(read.report.compile_seconds, 1.5);
  EXPECT_EQ(read.report.check_seconds, 10.25);
  EXPECT_EQ(read.score.earned, 2);
  EXPECT_EQ(read.score.maximum, 5);
  EXPECT_EQ(read.attempts, 2);
  EXPECT_THAT(read.graded_at, testing::MatchesRegex("20..-..-..T..:..:..Z"));
  ASSERT_EQ(read.report.checks.size(), 2);
  EXPECT_EQ(read.report.checks[1].outcome, Outcome::kTimedOut);
  EXPECT_EQ(read.report.checks[1].message, "over 10 s");
  EXPECT_EQ(read.report.checks[1].seconds, 10);
}

TEST_F(GradebookTest, TheSameKeyIsHeldEachOtherIsNot) {
  Gradebook book(file_, "01-regression");
  book.record(grade("ada"));
  const auto key = grade("ada").key;
  EXPECT_TRUE(book.holds(key));
  EXPECT_FALSE(book.holds({"emmy", key.source_sha256, key.rubric_sha256, key.seed}));
  EXPECT_FALSE(book.holds({key.student, "changed", key.rubric_sha256, key.seed}));
  EXPECT_FALSE(book.holds({key.student, key.source_sha256, "changed", key.seed}));
  EXPECT_FALSE(book.holds({key.student, key.source_sha256, key.rubric_sha256, 7}));
}

TEST_F(GradebookTest, AnInfrastructureFailureIsNoResult) {
  Gradebook book(file_, "01-regression");
  book.record(grade("ada", Verdict::kInfrastructureFailure));
  EXPECT_FALSE(book.holds(grade("ada").key));
  EXPECT_EQ(book.latest().at(0).score.earned, 0);
  book.record(grade("ada"));
  EXPECT_TRUE(book.holds(grade("ada").key));
  EXPECT_EQ(book.latest().size(), 1);
}

TEST_F(GradebookTest, TheLatestSubmissionCountsAndAnOldOneCanComeBack) {
  Gradebook book(file_, "01-regression");
  const auto first = grade("ada");
  auto second = grade("ada");
  second.key.source_sha256 = "second";
  book.record(first);
  book.record(second);
  EXPECT_EQ(book.latest().at(0).key.source_sha256, "second");
  book.touch(first.key);
  EXPECT_EQ(book.latest().at(0).key.source_sha256, "source");
}

TEST_F(GradebookTest, AForeignFileIsRefusedAndLeftAsItIs) {
  write_file(file_, std::string(5000, 'x'));
  EXPECT_THAT(error(), HasSubstr("not a gradebook"));
  EXPECT_EQ(read_file(file_, 1 << 20), std::string(5000, 'x'));
  fs::remove(file_);
  Database(file_).run("CREATE TABLE songs (name TEXT)");
  const auto before = read_file(file_, 1 << 20);
  EXPECT_THAT(error(), HasSubstr("no gradebook of Spinlab"));
  EXPECT_EQ(read_file(file_, 1 << 20), before);
}

TEST_F(GradebookTest, ANewerOneAndAnotherAssignmentsAreRefused) {
  Gradebook(file_, "01-regression").record(grade("ada"));
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

TEST_F(GradebookTest, AnEarlierSpinlabsIsBroughtUpToDate) {
  Database(file_).run(kVersionOne);
  Gradebook book(file_, "01-regression");
  const auto grades = book.latest();
  ASSERT_EQ(grades.size(), 2);
  EXPECT_EQ(grades[0].key.source_sha256, "new");
  EXPECT_EQ(grades[0].key.seed, 1);
  EXPECT_EQ(grades[0].score.earned, 4);
  EXPECT_EQ(grades[0].report.checks.size(), 2);
  EXPECT_EQ(grades[1].report.verdict, Verdict::kCrashed);
  EXPECT_TRUE(book.holds({"ada", "old", "rubric", 1}));
  EXPECT_TRUE(book.holds({"ada", "new", "rubric", ~std::uint64_t{0}}));
  book.touch({"ada", "old", "rubric", 1}, {"int old;", "{}", "", "2026-01-01T00:00:00Z"});
  EXPECT_EQ(Gradebook(file_, "01-regression").latest().at(0).score.earned, 3);
  ASSERT_TRUE(book.submission("old"));
  EXPECT_EQ(book.submission("old")->source, "int old;");
  EXPECT_EQ(book.submission("old")->answers, "{}");
}

/// As version 3 but for the answers.
TEST_F(GradebookTest, VersionTwoGetsAPlaceForAnswers) {
  Gradebook(file_, "01-regression").record(grade("ada"), {"int old;"});
  Database(file_).run("ALTER TABLE sources DROP COLUMN answers; PRAGMA user_version = 2");
  Gradebook book(file_, "01-regression");
  EXPECT_EQ(book.submission(grade("ada").key.source_sha256)->source, "int old;");
  book.record(grade("emmy"), {"int x;", "{}"});
  EXPECT_EQ(book.latest().size(), 2);
}

TEST_F(GradebookTest, IsBroughtUpToDateOnceByProgramsThatStartTogether) {
  Database(file_).run(kVersionOne);
  std::vector<Process> programs;
  for (int i = 0; i < 4; ++i)
    programs.emplace_back([&] { Gradebook(file_, "01-regression").record(grade(std::to_string(i))); });
  for (auto& program : programs) EXPECT_EQ(program.wait(), 0);
  EXPECT_EQ(Gradebook(file_, "01-regression").latest().size(), 6);
}

TEST_F(GradebookTest, AFullDiskLosesNothing) {
  Gradebook book(file_, "01-regression");
  book.record(grade("ada"));
  auto large = grade("emmy");
  large.report.detail = std::string(1 << 20, 'x');
  ::rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const ::rlimit full{1 << 18, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &full);
  EXPECT_THROW(book.record(large), c10::Error);
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(book.latest().size(), 1);
  book.record(large);
  EXPECT_EQ(Gradebook(file_, "01-regression").latest().size(), 2);
}

TEST_F(GradebookTest, AdjustmentsAreKeptAndTheLastCounts) {
  Gradebook book(file_, "01-regression");
  book.record(grade("ada"));
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

TEST_F(GradebookTest, ACorruptOneIsRefused) {
  {
    Gradebook book(file_, "01-regression");
    for (int i = 0; i < 200; ++i) book.record(grade("student" + std::to_string(i)));
  }
  auto bytes = read_file(file_, 1 << 24);
  ASSERT_GT(bytes.size(), 20000);
  for (size_t i = 4096; i < bytes.size(); i += 7) bytes[i] = '\x5A';
  write_file(file_, bytes);
  EXPECT_NE(error(), "");
}

TEST_F(GradebookTest, AFolderThatCannotBeWrittenIsTheMachinesFault) {
  EXPECT_THROW(Gradebook(folder() / "missing/gradebook.sqlite", "01-regression"), c10::Error);
}

TEST_F(GradebookTest, IsOpenedAndReadWhileAnotherProgramWrites) {
  Gradebook(file_, "01-regression").record(grade("ada"));
  Database other(file_);
  Transaction transaction(other);
  other.run("UPDATE results SET verdict = 'crashed'; DELETE FROM checks");
  Gradebook book(file_, "01-regression");
  EXPECT_TRUE(book.holds(grade("ada").key));
  book.touch(grade("ada").key);
  const auto grades = book.latest();
  ASSERT_EQ(grades.size(), 1);
  EXPECT_EQ(grades[0].report.verdict, Verdict::kGraded);
  EXPECT_EQ(grades[0].report.checks.size(), 2);
}

TEST_F(GradebookTest, IsMadeOnceByProgramsThatStartTogether) {
  std::vector<Process> programs;
  for (int i = 0; i < 6; ++i)
    programs.emplace_back([&] { Gradebook(file_, "01-regression").record(grade(std::to_string(i))); });
  for (auto& program : programs) EXPECT_EQ(program.wait(), 0);
  EXPECT_EQ(Gradebook(file_, "01-regression").latest().size(), 6);
}

TEST_F(GradebookTest, AnotherProgramsResultsComeInBetween) {
  Gradebook book(file_, "01-regression");
  Process busy([&] {
    Gradebook book(file_, "01-regression");
    for (int i = 0;; ++i) book.record(grade("student" + std::to_string(i)));
  });
  for (int i = 0; i < 20; ++i) book.record(grade("ada" + std::to_string(i)));
  EXPECT_TRUE(busy.is_running());
}

/// A process that is killed while it records leaves whole results only; another reads it all the while.
TEST_F(GradebookTest, AKilledRunLeavesWholeResults) {
  Process run([&] {
    Gradebook book(file_, "01-regression");
    for (int i = 0;; ++i) book.record(grade("student" + std::to_string(i)));
  });
  size_t recorded = 0;
  while (recorded < 20) {
    ::usleep(5000);
    ASSERT_TRUE(run.is_running());
    if (fs::exists(file_)) recorded = Gradebook(file_, "01-regression").latest().size();
  }
  run.kill();
  const auto grades = Gradebook(file_, "01-regression").latest();
  EXPECT_GE(grades.size(), recorded);
  for (const auto& grade : grades) EXPECT_EQ(grade.report.checks.size(), 2);
}

}  // namespace
}  // namespace spinlab::grading
