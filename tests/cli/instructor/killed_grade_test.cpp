#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <random>

#include "src/core/config.h"
#include "src/core/files.h"
#include "src/grading/gradebook/gradebook.h"
#include "tests/support/spinlab_test.h"

namespace fs = std::filesystem;

namespace spinlab::cli {
namespace {

using grading::Gradebook;

constexpr int kStudents = 12;

/// The real program grades a class of submissions to tests/judging/fixture and is killed again and again.
class KilledGradeTest : public SpinlabTest {
 protected:
  KilledGradeTest() {
    const auto assignment = folder() / "root/assignments/fixture";
    fs::create_directories(assignment.parent_path());
    fs::copy(SPINLAB_FIXTURE, assignment);
    fs::create_directory_symlink(root() / "datasets", folder() / "root/datasets");
    give_time(assignment / "assignment.json");
    ::setenv("SPINLAB_ROOT", (folder() / "root").c_str(), 1);
    for (int i = 0; i < kStudents; ++i) hand_in(i);
  }
  ~KilledGradeTest() override { ::unsetenv("SPINLAB_ROOT"); }

  /// A loaded machine must not decide a verdict.
  static void give_time(const fs::path& file) {
    auto json = read_json(file);
    json["limits"]["check_seconds"] = 60;
    json["limits"]["compile_seconds"] = 120;
    write_file(file, json.dump());
  }

  /// Right, wrong, crashing, not compiling and not readable ones by turns.
  void hand_in(int i) {
    auto text = read_file(fs::path(SPINLAB_FIXTURE) / "solution.cpp", 1 << 20);
    const std::string right = "{ return x * 2; }";
    const auto* body = std::array{"{ return x * 2; }", "{ return x + 2; }", "{ std::abort(); }",
                                  "{ return x * 2 }", ""}[static_cast<size_t>(i % 5)];
    text.replace(text.find(right), right.size(), body);
    text += "// " + std::to_string(i) + "\n";
    const std::string name = i % 5 == 4 ? "misnamed.cpp" : "fixture.cpp";
    write_file(folder() / "class" / ("student" + std::to_string(i)) / name, text);
  }

  pid_t start(const fs::path& out) {
    const auto program = (program_folder() / "spinlab").string();
    const auto paths = (folder() / "class").string();
    const auto child = ::fork();
    if (child != 0) return child;
    const int log = ::open((folder() / "log").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::dup2(log, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    ::execl(program.c_str(), program.c_str(), "grade", "fixture", paths.c_str(), "--out", out.c_str(), "-j",
            "2", nullptr);
    ::_exit(127);
  }

  /// Whether it came to its end within `microseconds` (0: it may take what it needs).
  bool grade(const fs::path& out, useconds_t microseconds) {
    const auto child = start(out);
    if (microseconds > 0) {
      ::usleep(microseconds);
      ::kill(child, SIGKILL);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    if (WIFEXITED(status)) EXPECT_EQ(WEXITSTATUS(status), 0) << read_file(folder() / "log", 1 << 20);
    return WIFEXITED(status);
  }

  /// student, verdict, points and each check's outcome.
  static std::vector<std::string> grades(const fs::path& out) {
    std::vector<std::string> lines;
    for (const auto& grade : Gradebook(out / "gradebook.sqlite", "fixture").latest()) {
      auto line = grade.key.student + ": " + to_string(grade.report.verdict) + " " +
                  judging::points_text(grade.score.earned);
      for (const auto& check : grade.report.checks) line += " " + check.name + "=" + to_string(check.outcome);
      lines.push_back(line);
    }
    return lines;
  }
  static std::int64_t count(const fs::path& out, const char* what) {
    const grading::Database database(out / "gradebook.sqlite");
    grading::Statement statement(database, what);
    return statement.step() ? statement.integer() : -1;
  }

  /// Kills it `kills` times, with a new gradebook after each run that came to its end, and compares every one
  /// with that of an unbroken run.
  void kill_and_compare(int kills, unsigned seed) {
    const auto start = std::chrono::steady_clock::now();
    ASSERT_TRUE(grade(folder() / "whole", 0));
    const std::chrono::duration<double> whole = std::chrono::steady_clock::now() - start;
    const auto expected = grades(folder() / "whole");
    ASSERT_EQ(expected.size(), kStudents);
    std::mt19937 random(seed);
    int done = 0, books = 0;
    while (done < kills) {
      const auto out = folder() / ("killed" + std::to_string(books++));
      // A third of an unbroken run, so that each gradebook is killed several times and at all stages.
      const auto longest = static_cast<unsigned>(whole.count() * 1e6 / 3);
      for (int i = 0; i < 5 && done < kills; ++i) done += !grade(out, 1 + random() % longest);
      ASSERT_TRUE(grade(out, 0));
      ASSERT_EQ(grades(out), expected) << "after " << done << " kills";
      EXPECT_EQ(count(out, "SELECT count(*) FROM submissions"), kStudents);
      EXPECT_EQ(count(out, "SELECT count(*) FROM results"), kStudents);
    }
    std::printf("%d kills of grade over %d gradebooks of %d submissions: every grade as unbroken\n", done, books,
                kStudents);
  }
};

TEST_F(KilledGradeTest, GoesOnToTheSameGrades) { kill_and_compare(3, kSeed); }

/// A hundred in all, in four parts so that each ends in time on a loaded machine.
class KilledGradeSlowTest : public KilledGradeTest, public testing::WithParamInterface<unsigned> {};

TEST_P(KilledGradeSlowTest, TwentyFiveTimes) { kill_and_compare(25, GetParam()); }

INSTANTIATE_TEST_SUITE_P(Seeds, KilledGradeSlowTest, testing::Values(1, 2, 3, 4));

}  // namespace
}  // namespace spinlab::cli
