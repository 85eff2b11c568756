// check, watch, next, hint and reset: what a student does all day, on the first assignment's master.
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/core/config.h"
#include "src/core/files.h"
#include "tests/cli/run_spinlab.h"
#include "tests/support/spinlab_test.h"
#include "tests/support/without_data.h"

namespace fs = std::filesystem;

namespace spinlab::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

class StudentsLoop : public SpinlabTest {
 protected:
  StudentsLoop() {
    ::setenv("XDG_STATE_HOME", folder().c_str(), 1);
    write_file(file(), solution());
  }
  ~StudentsLoop() override { ::unsetenv("XDG_STATE_HOME"); }

  fs::path file() const { return folder() / "regression.cpp"; }
  static std::string solution() {
    return read_file(root() / "assignments/01-regression/solution.cpp", 1 << 20);
  }

  /// The master with soft_threshold losing its sign, which the lasso needs too.
  void break_soft_threshold() {
    auto text = solution();
    const std::string right = "z.sign() * (z.abs()";
    const auto place = text.find(right);
    TORCH_CHECK(place != std::string::npos, "the master has changed");
    write_file(file(), text.replace(place, right.size(), "(z.abs()"));
  }

  CommandRun run(std::vector<std::string> arguments) {
    if (arguments[0] == "check" || arguments[0] == "reset")
      arguments.insert(arguments.end(), {"--file", file().string()});
    return run_spinlab(arguments);
  }
};

TEST_F(StudentsLoop, OnlyTheFirstFailureIsExplained) {
  break_soft_threshold();
  const auto checked = run({"check", "01", "--filter", "SoftThreshold.*:FitLasso.Thresholds*"});
  EXPECT_EQ(checked.code, 1);
  EXPECT_THAT(checked.out, HasSubstr("expected"));
  EXPECT_THAT(checked.out, HasSubstr("Hint:"));
  EXPECT_THAT(checked.out, Not(HasSubstr("FitLasso.ThresholdsWhereTheFeaturesAreOrthonormal: ")));
  EXPECT_THAT(checked.out, HasSubstr("waits"));
  EXPECT_THAT(checked.out, HasSubstr("seed 0"));
}

TEST_F(StudentsLoop, ProgressGoesByTheLastCheck) {
  EXPECT_THAT(run({"next", "01"}).out, HasSubstr("0 of 27 checks"));
  EXPECT_EQ(run({"check", "01", "--filter", "PolynomialFeatures.*:SoftThreshold.*"}).code, 0);
  EXPECT_THAT(run({"next", "01"}).out, HasSubstr("2 of 27 checks"));
  EXPECT_THAT(run({"hint", "01"}).out, HasSubstr("FitLeastSquares."));
  break_soft_threshold();
  run({"check", "01", "--filter", "SoftThreshold.*"});
  EXPECT_THAT(run({"next", "01"}).out, HasSubstr("1 of 27 checks"));
}

/// Whatever this machine has.
class StudentsLoopWithoutData : public StudentsLoop {
  const WithoutData without_{folder()};
};

TEST_F(StudentsLoopWithoutData, WhatCannotRunIsSkippedAndSaid) {
  const auto checked = run({"check", "01", "--filter", "PolynomialFeatures.*:FitLeastSquares.*"});
  EXPECT_EQ(checked.code, 0) << checked.err;
  EXPECT_THAT(checked.out, HasSubstr(" checks run passed"));
  EXPECT_THAT(checked.out, HasSubstr("not run: 2 checks (5 points) that need the data set nist; "
                                     "get it with: ./spinlab data fetch nist"));
  const std::string skipped =
      "skipped: 5 checks (13 points) that need the data sets california-housing, nist; "
      "get them with: ./spinlab data fetch california-housing nist";
  const auto next = run({"next", "01"}).out, hint = run({"hint", "01"}).out;
  EXPECT_THAT(next, Not(HasSubstr("FitLeastSquares.")));
  EXPECT_THAT(next, HasSubstr(skipped));
  EXPECT_THAT(hint, Not(HasSubstr("FitLeastSquares.")));
  EXPECT_THAT(hint, HasSubstr(skipped));
}

TEST_F(StudentsLoop, AnUnwritableRecordOfProgressIsANote) {
  ::setenv("XDG_STATE_HOME", "/dev/null", 1);
  const auto checked = run({"check", "01", "--filter", "PolynomialFeatures.*"});
  EXPECT_EQ(checked.code, 0);
  EXPECT_THAT(checked.err, HasSubstr("progress is not kept"));
}

TEST_F(StudentsLoop, AHintForAnUnknownCheckNamesTheNearest) {
  const auto hint = run({"hint", "01", "FitRidge.SolvesTheRidgeEquation"});
  EXPECT_EQ(hint.code, 2);
  EXPECT_THAT(hint.err, HasSubstr("did you mean \"FitRidge.SolvesTheRidgeEquations\""));
}

TEST_F(StudentsLoop, ResetKeepsWhatWasThere) {
  const auto reset = run({"reset", "01"});
  EXPECT_EQ(reset.code, 0) << reset.err;
  EXPECT_THAT(read_file(file(), 1 << 20), HasSubstr("NotImplemented"));
  EXPECT_EQ(read_file(file().string() + ".before-reset-1", 1 << 20), solution());
  EXPECT_EQ(run({"reset", "01"}).code, 0);
  EXPECT_TRUE(fs::exists(file().string() + ".before-reset-2"));
}

TEST_F(StudentsLoop, InProcessRunsTheSameChecksUnderOneRoof) {
  const auto checked = run({"check", "01", "--filter", "SoftThreshold.*", "--in-process"});
  EXPECT_EQ(checked.code, 0) << checked.err;
  EXPECT_THAT(checked.out, HasSubstr("[  PASSED  ] 1 test"));
  break_soft_threshold();
  EXPECT_EQ(run({"check", "01", "--filter", "SoftThreshold.*", "--in-process"}).code, 1);
  write_file(file(), "no C++");
  EXPECT_EQ(run({"check", "01", "--in-process"}).code, 2);
}

TEST_F(StudentsLoop, AnswersThatCouldNotBeHandedInAreSaidBeforehand) {
  const std::vector<std::string> check{"check", "01", "--filter", "PolynomialFeatures.*"};
  write_file(folder() / "answers.json", R"({"DegreesOfFreedom": 1})");
  EXPECT_THAT(run(check).out, HasSubstr("1 of 6 questions answered"));
  fs::rename(folder() / "answers.json", folder() / "elsewhere.json");
  fs::create_symlink("elsewhere.json", folder() / "answers.json");
  const auto checked = run(check);
  EXPECT_EQ(checked.code, 1);
  EXPECT_THAT(checked.out, HasSubstr("answers.json cannot be handed in: regression.cpp holds answers.json as a link"));
}

/// Lines of a watch's output so far, until `count` runs have ended or half a minute is over.
int runs_seen(const fs::path& log, int count) {
  int seen = 0;
  for (int i = 0; i < 300 && seen < count; ++i) {
    ::usleep(100'000);
    const auto text = read_file(log, 1 << 20);
    seen = 0;
    for (auto at = text.find("waiting for"); at != std::string::npos; at = text.find("waiting for", at + 1))
      ++seen;
  }
  return seen;
}

TEST_F(StudentsLoop, WatchChecksAtEverySaveUntilItIsInterrupted) {
  const auto log = folder() / "watch.log";
  write_file(log, "");
  const auto program = (program_folder() / "spinlab").string(), name = file().string();
  const auto watch = ::fork();
  if (watch == 0) {
    (void)!::freopen(log.c_str(), "w", stdout);
    ::execl(program.c_str(), program.c_str(), "watch", "01", "--file", name.c_str(), "--filter",
            "PolynomialFeatures.*", nullptr);
    ::_exit(127);
  }
  EXPECT_EQ(runs_seen(log, 1), 1);
  write_file(file(), solution() + "// saved again\n");
  EXPECT_EQ(runs_seen(log, 2), 2);
  ::kill(watch, SIGINT);
  int status = 0;
  ::waitpid(watch, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

}  // namespace
}  // namespace spinlab::cli
