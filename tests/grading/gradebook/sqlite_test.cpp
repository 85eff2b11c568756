#include "src/grading/gradebook/sqlite.h"

#include <c10/util/Exception.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>

#include "tests/grading/sample_grade.h"
#include "tests/support/process.h"
#include "tests/support/spinlab_test.h"

namespace fs = std::filesystem;

namespace spinlab::grading {
namespace {

class SqliteTest : public SpinlabTest {
 protected:
  fs::path file_ = folder() / "gradebook.sqlite";
};

TEST_F(SqliteTest, AFullDiskLosesNothing) {
  Gradebook book(file_, "01-regression");
  book.record(sample_grade("ada"));
  auto large = sample_grade("emmy");
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

TEST_F(SqliteTest, AFolderThatCannotBeWrittenIsTheMachinesFault) {
  EXPECT_THROW(Gradebook(folder() / "missing/gradebook.sqlite", "01-regression"), c10::Error);
}

TEST_F(SqliteTest, IsOpenedAndReadWhileAnotherProgramWrites) {
  Gradebook(file_, "01-regression").record(sample_grade("ada"));
  Database other(file_);
  Transaction transaction(other);
  other.run("UPDATE results SET verdict = 'crashed'; DELETE FROM checks");
  Gradebook book(file_, "01-regression");
  EXPECT_TRUE(book.holds(sample_grade("ada").key));
  book.touch(sample_grade("ada").key);
  const auto grades = book.latest();
  ASSERT_EQ(grades.size(), 1);
  EXPECT_EQ(grades[0].report.verdict, judging::Verdict::kGraded);
  EXPECT_EQ(grades[0].report.checks.size(), 2);
}

using SqliteSlowTest = SqliteTest;  // waits as long as a program does

TEST_F(SqliteSlowTest, ALockThatIsHeldTooLongIsSaidAndLosesNothing) {
  Gradebook book(file_, "01-regression");
  book.record(sample_grade("ada"));
  {
    Database other(file_);
    const Transaction transaction(other);
    try {
      book.record(sample_grade("emmy"));
      ADD_FAILURE() << "recorded in spite of the lock";
    } catch (const c10::Error& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr("another program holds it, wait for that to end"));
    }
  }
  EXPECT_EQ(book.latest().size(), 1);
  book.record(sample_grade("emmy"));
  EXPECT_EQ(Gradebook(file_, "01-regression").latest().size(), 2);
}

TEST_F(SqliteTest, IsMadeOnceByProgramsThatStartTogether) {
  std::vector<Process> programs;
  for (int i = 0; i < 6; ++i)
    programs.emplace_back([&] { Gradebook(file_, "01-regression").record(sample_grade(std::to_string(i))); });
  for (auto& program : programs) EXPECT_EQ(program.wait(), 0);
  EXPECT_EQ(Gradebook(file_, "01-regression").latest().size(), 6);
}

TEST_F(SqliteTest, AnotherProgramsResultsComeInBetween) {
  Gradebook book(file_, "01-regression");
  Process busy([&] {
    Gradebook book(file_, "01-regression");
    for (int i = 0;; ++i) book.record(sample_grade("student" + std::to_string(i)));
  });
  for (int i = 0; i < 20; ++i) book.record(sample_grade("ada" + std::to_string(i)));
  EXPECT_TRUE(busy.is_running());
}

/// A process that is killed while it records leaves whole results only; another reads it all the while.
TEST_F(SqliteTest, AKilledRunLeavesWholeResults) {
  Process run([&] {
    Gradebook book(file_, "01-regression");
    for (int i = 0;; ++i) book.record(sample_grade("student" + std::to_string(i)));
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
