// spinlab experiment: those of the course.
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include "src/core/config.h"
#include "src/core/files.h"
#include "tests/cli/run_spinlab.h"
#include "tests/support/spinlab_test.h"
#include "tests/support/without_data.h"

extern char** environ;

namespace spinlab::cli {
namespace {

namespace fs = std::filesystem;

class ExperimentCommandTest : public SpinlabTest {
 protected:
  static CommandRun experiment(std::vector<std::string> words) {
    words.insert(words.begin(), "experiment");
    return run_spinlab(words);
  }
  static void expect_mistake(const std::vector<std::string>& words, const std::string& says) {
    const auto outcome = experiment(words);
    EXPECT_EQ(outcome.code, 2);
    EXPECT_THAT(outcome.err, testing::HasSubstr(says));
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  }
  std::vector<fs::path> files() const {
    std::vector<fs::path> all;
    for (const auto& entry : fs::directory_iterator(folder())) all.push_back(entry.path().filename());
    return all;
  }
};

TEST_F(ExperimentCommandTest, ListsThoseOfAssignmentsAndOfTheCourse) {
  const auto outcome = experiment({});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, testing::ContainsRegex("  01-regression +Regression"));
  EXPECT_THAT(outcome.out, testing::ContainsRegex("  kernel-width +Kernels of random networks"));
}

TEST_F(ExperimentCommandTest, WritesNumbersAndPicturesOfATinyOne) {
  const auto outcome =
      experiment({"kernel-width", "--out", folder().string(), "--seed", "3", "--set", "networks=64", "--set",
                  "widths=[8, 16, 32]", "--set", "kurtosis_outputs=4096"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto numbers = read_json(folder() / "kernel-width.json");
  EXPECT_EQ(numbers.at("seed"), 3);
  EXPECT_EQ(numbers.at("settings").at("networks"), 64);
  EXPECT_THAT(files(),
              testing::UnorderedElementsAre("kernel-width.json", "kernel-width.svg", "kernel-width.png"));
  for (const auto& file : files()) EXPECT_THAT(outcome.out, testing::HasSubstr((folder() / file).string()));
}

TEST_F(ExperimentCommandTest, MistakesAreOneLineWithTheNearest) {
  expect_mistake({"kernel-witdh"}, "did you mean \"kernel-width\"?");
  expect_mistake({"kernel-width", "--set", "width=[8]"}, "did you mean \"widths\"?");
  expect_mistake({"kernel-width", "--set", "networks"}, "expected KEY=VALUE");
  expect_mistake({"kernel-width", "--set", "networks=many"}, "networks must be");
  expect_mistake({"kernel-width", "--file", "mine.cpp"}, "leave --file out");
  expect_mistake({"01-regression", "--set", "networks=3"}, "leave --set out");
}

TEST_F(ExperimentCommandTest, MissingDataAreNamedWithTheCommandThatFetchesThem) {
  const WithoutData without(folder());
  expect_mistake({"wide-mnist", "--data", folder().string(), "--out", (folder() / "out").string()},
                 "data fetch mnist");
}

TEST_F(ExperimentCommandTest, AtCtrlCItWritesNothing) {
  std::vector<std::string> words{(program_folder() / "spinlab").string(),
                                 "experiment",
                                 "kernel-width",
                                 "--out",
                                 folder().string(),
                                 "--set",
                                 "networks=1000000"};
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t child = 0;
  ASSERT_EQ(::posix_spawn(&child, argv[0], nullptr, nullptr, argv.data(), environ), 0);
  ::usleep(2'000'000);  // its minutes have begun
  ::kill(child, SIGINT);
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGINT);
  EXPECT_TRUE(files().empty());
}

}  // namespace
}  // namespace spinlab::cli
