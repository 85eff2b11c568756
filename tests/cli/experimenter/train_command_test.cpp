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
  char rmse[64];
  std::snprintf(rmse, sizeof rmse, "test_rmse  %.5g unit of the target\n",
                result.at("metrics").at("test_rmse").get<double>());
  EXPECT_THAT(run_spinlab({"evaluate", (folder() / "run").string()}).out, HasSubstr(rmse));
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
  mistake({"--resume", "--overwrite"}, "give one of the two");
  mistake({"--set", "model_file=x.cpp"}, "--model FILE");
  mistake({"--resume"}, "no run here");
  expect_refused(run_spinlab({"train", "mnist-mpl"}), ExitCode::kUserMistake, "did you mean \"mnist-mlp\"?");
}

TEST_F(TrainCommandTest, AFolderThatCannotBeMadeIsTheMachinesFault) {
  write_file(folder() / "file", "");
  expect_refused(run_spinlab(words("file/run")), ExitCode::kOurFault, "cannot be written here");
}

TEST_F(TrainCommandTest, TakesNoRunFromAnotherWithoutBeingTold) {
  ASSERT_EQ(run_spinlab(words("run")).code, 0);
  expect_refused(run_spinlab(words("run")), ExitCode::kUserMistake, "--overwrite");
  expect_refused(run_spinlab(words("run", {"--resume", "--seed", "9"})), ExitCode::kUserMistake,
                 "other settings: seed is 1, not 9.");
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

TEST_F(TrainCommandTest, ALiveRunIsLeftAlone) {
  const auto run = folder() / "live";
  std::vector<std::string> arguments{(program_folder() / "spinlab").string()};
  for (const auto& word : words("live", {"--set", "epochs=100000"})) arguments.push_back(word);
  std::vector<char*> argv;
  for (auto& word : arguments) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t child = 0;
  ASSERT_EQ(::posix_spawn(&child, argv[0], nullptr, nullptr, argv.data(), environ), 0);
  while (!std::filesystem::exists(run / "metrics.jsonl"))
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  expect_refused(run_spinlab(words("live", {"--overwrite"})), ExitCode::kUserMistake,
                 "another process is at this run");
  expect_refused(run_spinlab(words("live", {"--resume"})), ExitCode::kUserMistake,
                 "another process is at this run");
  EXPECT_THAT(run_spinlab({"runs", folder().string()}).out, HasSubstr("running"));
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(run_spinlab(words("live", {"--overwrite"})).code, 0);  // the lock has gone with its holder
}

TEST_F(TrainCommandTest, AFinishedRunCanBeExtendedAndBegunFrom) {
  ASSERT_EQ(run_spinlab(words("run")).code, 0);
  const auto longer = run_spinlab(words("run", {"--resume", "--epochs", "5"}));
  ASSERT_EQ(longer.code, 0) << longer.err;
  EXPECT_THAT(longer.err, HasSubstr("now 5 epochs long"));
  EXPECT_EQ(read_json(folder() / "run" / "result.json").at("epochs"), 5);
  EXPECT_EQ(read_json(folder() / "run" / "run.json").at("sittings").size(), 2u);
  expect_refused(run_spinlab({"train", "mnist-linear", "--resume", "--out", (folder() / "run").string()}),
                 ExitCode::kUserMistake, "holds a run of \"toy\", not of \"mnist-linear\" (batch is 8, not ");
  const auto tuned = run_spinlab(words("tuned", {"--from", (folder() / "run").string()}));
  ASSERT_EQ(tuned.code, 0) << tuned.err;
  EXPECT_THAT(tuned.err, HasSubstr("begins with 4 of 4 tensors"));
}

TEST_F(TrainCommandTest, AMissedGoalHasACodeWhereThatIsAskedFor) {
  const auto goal = [](const char* bound) {
    return std::string("goal={\"metric\": \"test_loss\", ") + bound + "}";
  };
  EXPECT_EQ(run_spinlab(words("a", {"--set", goal("\"at_most\": 1e-9")})).code, 0);
  EXPECT_EQ(run_spinlab(words("b", {"--require-goal", "--set", goal("\"at_most\": 1e-9")})).code, 1);
  EXPECT_EQ(run_spinlab(words("c", {"--require-goal", "--set", goal("\"at_most\": 1e9")})).code, 0);
  expect_refused(run_spinlab(words("d", {"--require-goal"})), ExitCode::kUserMistake, "has no goal");
}

TEST_F(TrainCommandTest, SaysWhatItWouldDoAndDoesNothing) {
  const auto described = run_spinlab(words("never", {"--dry-run", "--json"}));
  ASSERT_EQ(described.code, 0) << described.err;
  const auto told = Json::parse(described.out);
  EXPECT_EQ(told.at("parameter_count"), 20 * 32 + 32 + 32 + 1);
  EXPECT_EQ(told.at("steps"), 1500);
  EXPECT_EQ(told.at("parameters").at("layer0.weight"), Json({32, 20}));
  const auto printed = run_spinlab(words("never", {"--print-config"}));
  EXPECT_EQ(Json::parse(printed.out).at("optimizer").at("beta1"), 0.9);
  EXPECT_FALSE(std::filesystem::exists(folder() / "never"));
}

TEST_F(TrainCommandTest, ANumberThatIsNoneEndsItAtTheStep) {
  const auto wild = run_spinlab(words("wild", {"--set", "optimizer.name=sgd", "--set", "optimizer.lr=1e5"}));
  EXPECT_EQ(wild.code, 2);
  EXPECT_THAT(wild.err, HasSubstr("not finite"));
  EXPECT_FALSE(std::filesystem::exists(folder() / "wild" / "result.json"));
}

TEST_F(TrainCommandTest, StopsEarlyByItsValidationPart) {
  const auto outcome =
      run_spinlab(words("run", {"--json", "--set", "epochs=200", "--set", "validation.fraction=0.2", "--set",
                                "validation.patience=2", "--set", "optimizer.lr=0.05"}));
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto result = Json::parse(outcome.out);
  EXPECT_LT(result.at("epochs"), 200);
  EXPECT_EQ(result.at("stopped_early"), true);
  const auto& chosen = result.at("chosen");
  EXPECT_EQ(chosen.at("epoch"), result.at("epochs").get<int>() - 2);
  EXPECT_EQ(chosen.at("value"),
            result.at("metrics").at("validation_loss"));  // the best epoch's weights are the result
  const auto evaluated = run_spinlab({"evaluate", (folder() / "run").string(), "--json"});
  EXPECT_EQ(Json::parse(evaluated.out).at("test_loss"), result.at("metrics").at("test_loss"));
}

TEST_F(TrainCommandTest, EvaluationIsDrawn) {
  write_file(folder() / "blobs.json", R"({"model": {"name": "linear"}, "data": {"name": "blobs"}, "epochs": 1,
      "batch": 50, "optimizer": {"name": "sgd", "lr": 0.1}})");
  const auto run = (folder() / "run").string();
  ASSERT_EQ(run_spinlab({"train", (folder() / "blobs.json").string(), "--out", run}).code, 0);
  const auto drawn = run_spinlab({"evaluate", run, "--draw"});
  ASSERT_EQ(drawn.code, 0) << drawn.err;
  EXPECT_THAT(drawn.out, HasSubstr("evaluation.png"));
  EXPECT_GT(std::filesystem::file_size(folder() / "run" / "evaluation.png"), 10'000);
  const auto told = Json::parse(read_file(folder() / "run" / "evaluation.json", 1 << 24));
  int64_t right = 0, all = 0;
  for (size_t i = 0; i < told.at("confusion").size(); ++i) {
    right += told.at("confusion")[i][i].get<int64_t>();
    for (const auto& count : told.at("confusion")[i]) all += count.get<int64_t>();
  }
  const auto accuracy = Json::parse(run_spinlab({"evaluate", run, "--json"}).out).at("test_accuracy");
  EXPECT_NEAR(accuracy.get<double>(), static_cast<double>(right) / static_cast<double>(all), 1e-12);
}

TEST_F(TrainCommandTest, TrainsAModelOfTheUsers) {
  const auto source = folder() / "mine.cpp";
  write_file(source, R"(
#include "models/registry.h"
#include <torch/nn/cloneable.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/pimpl.h>
using namespace spinlab;
struct MineImpl : torch::nn::Cloneable<MineImpl> {
  MineImpl(int64_t inputs, int64_t outputs) : inputs(inputs), outputs(outputs) { reset(); }
  void reset() override { layer = register_module("layer", torch::nn::Linear(inputs, outputs)); }
  at::Tensor forward(const at::Tensor& x) { return layer(x.flatten(1)); }
  int64_t inputs, outputs;
  torch::nn::Linear layer{nullptr};
};
TORCH_MODULE(Mine);
const Registered<models::ModelEntry> kMine{{.name = "mine", .summary = "mine", .defaults = {{"bold", true}},
    .network = [](const Config& config, const models::Problem& problem) {
      config.get<bool>("bold");
      return models::network(Mine(problem.features(), problem.outputs));
    }}};
)");
  write_file(recipe_, R"({"model": {"name": "mine"}, "data": {"name": "linear"}, "epochs": 2})");
  const auto outcome = run_spinlab(words("run", {"--model", source.string()}));
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(read_json(folder() / "run" / "config.json").at("model").at("bold"), true);
  // It goes on without the user's file, and refuses another in its place.
  EXPECT_EQ(run_spinlab(words("run", {"--resume", "--epochs", "3"})).code, 0);
  write_file(folder() / "other.cpp", "");
  expect_refused(
      run_spinlab(words("run", {"--resume", "--epochs", "4", "--model", (folder() / "other.cpp").string()})),
      ExitCode::kUserMistake, "is not the model that the run was started with");
  std::filesystem::remove(source);  // the run keeps its own
  EXPECT_EQ(run_spinlab({"evaluate", (folder() / "run").string()}).code, 0);
  EXPECT_EQ(run_spinlab({"train", (folder() / "run" / "config.json").string(), "--out",
                         (folder() / "again").string(), "--no-plots"})
                .code,
            0);
  expect_refused(run_spinlab(words("never", {"--model", (folder() / "none.cpp").string()})),
                 ExitCode::kUserMistake, "no such file");
  write_file(source, "struct Crash { Crash() { *static_cast<volatile int*>(nullptr) = 1; } } crash;\n");
  const auto crashed = run_spinlab(words("never", {"--model", source.string()}));
  EXPECT_EQ(crashed.code, 2);
  EXPECT_THAT(crashed.err, HasSubstr("ends the program while it is loaded"));
  write_file(source, "int x = ;\n");
  const auto broken = run_spinlab(words("never", {"--model", source.string()}));
  EXPECT_EQ(broken.code, 2);
  EXPECT_THAT(broken.err, HasSubstr("mine.cpp:1:9: error:"));
}

TEST_F(TrainCommandTest, AFinishedRunWithoutItsWeightsIsNone) {
  ASSERT_EQ(run_spinlab(words("run")).code, 0);
  write_file(folder() / "run" / "checkpoint.pt", "");
  expect_refused(run_spinlab(words("run", {"--resume"})), ExitCode::kUserMistake, "damaged");
}

TEST_F(TrainCommandTest, ListsWhatThereIs) {
  const auto outcome = run_spinlab({"list", "--json"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(
      outcome.out,
      AllOf(HasSubstr(R"({"kind":"experiment","name":"kernel-width","summary":"Kernels of random networks)"),
            HasSubstr(R"({"kind":"recipe","name":"mnist-mlp")"),
            HasSubstr(R"({"kind":"model","name":"lenet5")"),
            HasSubstr(R"({"kind":"kernel","name":"gaussian","summary":"exp(-r²)"),
            HasSubstr(R"({"kind":"kernel","name":"ntk")"), HasSubstr(R"({"kind":"dataset","name":"mnist")")));
}

}  // namespace
}  // namespace spinlab::cli
