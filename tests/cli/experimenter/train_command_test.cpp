#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <chrono>
#include <thread>

#include "src/core/config.h"
#include "src/core/errors.h"
#include "src/core/files.h"
#include "tests/cli/run_spinlab.h"
#include "tests/support/spinlab_test.h"

extern char** environ;

namespace spinlab::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class TrainCommandTest : public SpinlabTest {
 protected:
  TrainCommandTest() {
    write_file(recipe_, R"({"title": "toy", "model": {"name": "mlp", "hidden": [32]},
      "data": {"name": "linear", "samples": 4000}, "optimizer": {"name": "adamw"}, "epochs": 3, "batch": 8})");
  }

  std::vector<std::string> words(const std::string& out, std::vector<std::string> more = {}) const {
    std::vector<std::string> all{"train",      recipe_.string(), "--out", (folder() / out).string(),
                                 "--no-plots", "--threads",      "1"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  /// One line on standard error, and nothing of the run's folder.
  void expect_refused(const CommandRun& outcome, ExitCode code, const std::string& words) const {
    EXPECT_EQ(outcome.code, static_cast<int>(code)) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr(words));
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  }

  std::filesystem::path recipe_ = folder() / "toy.json";
};

TEST_F(TrainCommandTest, TrainsAndPrintsItsResult) {
  const auto outcome = run_spinlab(words("run", {"--json", "--seed", "5", "--set", "optimizer.lr=0.002"}));
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto result = Json::parse(outcome.out);
  EXPECT_EQ(result, read_json(folder() / "run" / "result.json"));
  EXPECT_EQ(result.at("seed"), 5);
  EXPECT_EQ(read_json(folder() / "run" / "config.json").at("optimizer").at("lr"), 0.002);
  const auto evaluated = run_spinlab({"evaluate", (folder() / "run").string(), "--json"});
  EXPECT_EQ(Json::parse(evaluated.out).at("test_r2"), result.at("metrics").at("test_r2"));
}

TEST_F(TrainCommandTest, EachMistakeIsOneLineAndCodeTwo) {
  const auto mistake = [&](const std::vector<std::string>& more, const std::string& words_expected) {
    expect_refused(run_spinlab(words("never", more)), ExitCode::kUserMistake, words_expected);
    EXPECT_FALSE(std::filesystem::exists(folder() / "never"));
  };
  mistake({"--set", "optimizer.lr=-1"}, "lr must lie in");
  mistake({"--set", "epochs=0"}, "epochs must lie in");
  mistake({"--set", "batch=many"}, "batch must be an integer");
  mistake({"--set", "batch=1000000"}, "choose a smaller batch");
  mistake({"--set", "optimizer.momentun=1"}, "unknown key");
  mistake({"--device", "cuda:99"}, "not there");
  mistake({"--resume"}, "no run here");
  expect_refused(run_spinlab({"train", "mnist-mpl"}), ExitCode::kUserMistake, "did you mean \"mnist-mlp\"?");
}

TEST_F(TrainCommandTest, AFolderThatCannotBeMadeIsTheMachinesFault) {
  write_file(folder() / "file", "");
  expect_refused(run_spinlab(words("file/run")), ExitCode::kOurFault, "cannot be made");
}

TEST_F(TrainCommandTest, TakesNoRunFromAnotherWithoutBeingTold) {
  ASSERT_EQ(run_spinlab(words("run")).code, 0);
  expect_refused(run_spinlab(words("run")), ExitCode::kUserMistake, "--overwrite");
  expect_refused(run_spinlab(words("run", {"--resume", "--seed", "9"})), ExitCode::kUserMistake,
                 "other settings");
  EXPECT_EQ(run_spinlab(words("run", {"--overwrite"})).code, 0);
}

TEST_F(TrainCommandTest, RefusesACheckpointThatIsNotItsOwn) {
  ASSERT_EQ(run_spinlab(words("one")).code, 0);
  ASSERT_EQ(run_spinlab(words("two", {"--set", "model.hidden=[31]"})).code, 0);
  const auto checkpoint = folder() / "one" / "checkpoint.pt";
  const auto bytes = read_file(checkpoint, 1 << 24);
  const auto evaluate = [&] { return run_spinlab({"evaluate", (folder() / "one").string()}); };
  std::filesystem::copy_file(folder() / "two" / "checkpoint.pt", checkpoint,
                             std::filesystem::copy_options::overwrite_existing);
  expect_refused(evaluate(), ExitCode::kUserMistake, "belongs to another configuration");
  write_file(checkpoint, bytes.substr(0, bytes.size() / 2));
  expect_refused(evaluate(), ExitCode::kUserMistake, "damaged");
}

/// Starts a run in the background, interrupts it once it has done an epoch, and returns how it ended.
int interrupt(const std::vector<std::string>& arguments, const std::filesystem::path& run, int signal) {
  std::vector<std::string> words{(program_folder() / "spinlab").string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t child = 0;
  if (::posix_spawn(&child, argv[0], nullptr, nullptr, argv.data(), environ) != 0) return -1;
  while (!std::filesystem::exists(run / "metrics.jsonl"))
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  ::kill(child, signal);
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

TEST_F(TrainCommandTest, InterruptedAndResumedItEndsOnTheSameBits) {
  const std::vector<std::string> longer{"--set", "epochs=8"};
  ASSERT_EQ(run_spinlab(words("whole", longer)).code, 0);
  for (const int signal : {SIGINT, SIGTERM}) {
    const std::string name = "broken" + std::to_string(signal);
    const int status = interrupt(words(name, longer), folder() / name, signal);
    ASSERT_TRUE(WIFSIGNALED(status)) << "it ended before it was interrupted, status " << status;
    EXPECT_EQ(WTERMSIG(status), signal);
    EXPECT_FALSE(std::filesystem::exists(folder() / name / "result.json"));
    const auto resumed = run_spinlab(
        {"train", recipe_.string(), "--resume", "--no-plots", "--out", (folder() / name).string()});
    ASSERT_EQ(resumed.code, 0) << resumed.err;
    EXPECT_EQ(read_file(folder() / name / "checkpoint.pt", 1 << 24),
              read_file(folder() / "whole" / "checkpoint.pt", 1 << 24));
    EXPECT_EQ(read_json(folder() / name / "result.json").at("metrics"),
              read_json(folder() / "whole" / "result.json").at("metrics"));
  }
}

TEST_F(TrainCommandTest, ListsWhatThereIs) {
  const auto outcome = run_spinlab({"list", "--json"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, AllOf(HasSubstr(R"({"kind":"recipe","name":"mnist-mlp")"),
                                 HasSubstr(R"({"kind":"model","name":"lenet5")"),
                                 HasSubstr(R"({"kind":"dataset","name":"mnist")")));
}

}  // namespace
}  // namespace spinlab::cli
