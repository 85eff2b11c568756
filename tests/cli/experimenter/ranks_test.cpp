// spinlab train under mpirun; what ranks do among each other is tested in tests/training/ranks.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "src/core/config.h"
#include "src/core/files.h"
#include "src/core/find_program.h"
#include "src/core/run_program.h"
#include "tests/cli/run_spinlab.h"
#include "tests/support/occurrences.h"
#include "tests/support/process.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::cli {
namespace {

using testing::HasSubstr;

class RanksCommandTest : public SpinlabTest {
 protected:
  void SetUp() override {
    if (find_program("mpirun").empty() || find_program("mpicxx").empty()) GTEST_SKIP() << "needs Open MPI";
    // Open MPI refuses root, who tests in a container.
    ::setenv("OMPI_ALLOW_RUN_AS_ROOT", "1", 1);
    ::setenv("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1", 1);
    write_file(recipe_, R"({"title": "toy", "model": {"name": "mlp", "hidden": [32]}, "precision": "float64",
      "data": {"name": "linear", "samples": 4000}, "optimizer": {"name": "adamw"}, "epochs": 3, "batch": 100})");
  }

  std::vector<std::string> train(const std::string& out, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> all{(program_folder() / "spinlab").string(),
                                 "train",
                                 recipe_.string(),
                                 "--no-plots",
                                 "--out",
                                 (folder() / out).string()};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  static std::vector<std::string> on_ranks(int count, const std::vector<std::string>& command) {
    std::vector<std::string> all{"mpirun", "--oversubscribe", "-n", std::to_string(count)};
    all.insert(all.end(), command.begin(), command.end());
    return all;
  }
  void expect_the_numbers_of_one_process(const std::string& out,
                                         const std::vector<std::string>& more = {}) const {
    ASSERT_EQ(run_program(train("alone", more)).code, 0);
    const auto alone = read_json(folder() / "alone" / "result.json"),
               other = read_json(folder() / out / "result.json");
    const auto metrics = alone.at("metrics");
    for (const auto& [name, value] : metrics.items()) {
      const auto got = other.at("metrics").at(name).get<double>();
      EXPECT_NEAR(got, value.get<double>(), 1e-9 * std::abs(value.get<double>())) << name;
    }
  }

  std::filesystem::path recipe_ = folder() / "toy.json";
};

TEST_F(RanksCommandTest, TrainOneModelAndWriteOneRun) {
  const auto end = run_program(on_ranks(3, train("three")));
  ASSERT_EQ(end.code, 0) << end.said;
  EXPECT_EQ(occurrences(end.said, "100 %"), 1);
  EXPECT_EQ(occurrences(read_file(folder() / "three" / "metrics.jsonl", 1 << 20), "\n"), 3);
  const auto record = read_json(folder() / "three" / "run.json");
  EXPECT_EQ(record.at("sittings").at(0).at("ranks"), 3);
  expect_the_numbers_of_one_process("three");
}

TEST_F(RanksCommandTest, AMistakeIsSaidOnce) {
  const auto wrong = run_program(on_ranks(2, train("never", {"--set", "optimizer.lr=-1"})));
  EXPECT_EQ(wrong.code, 2);
  EXPECT_EQ(occurrences(wrong.said, "spinlab: "), 1) << wrong.said;

  auto both = on_ranks(1, train("never"));
  for (const auto& word : {std::string(":"), std::string("-n"), std::string("1")}) both.push_back(word);
  for (const auto& word : train("never", {"--set", "batch=50"})) both.push_back(word);
  const auto apart = run_program(both);
  EXPECT_EQ(apart.code, 2);
  EXPECT_THAT(apart.said,
              HasSubstr("spinlab: rank 1 has another configuration than rank 0: batch is 50, not 100"));
  EXPECT_FALSE(std::filesystem::exists(folder() / "never"));

  const auto listed = run_program(on_ranks(2, {(program_folder() / "spinlab").string(), "list"}));
  EXPECT_EQ(listed.code, 2);
  EXPECT_EQ(occurrences(listed.said, "spinlab: mpirun starts the processes of one training"), 1) << listed.said;
}

TEST_F(RanksCommandTest, StoppedTheyAllWaitForTheFirstToSave) {
  for (const int signal : {SIGTERM, SIGUSR1}) {
    const auto run = folder() / std::to_string(signal);
    auto words = on_ranks(2, train(run.filename(), {"--set", "epochs=100000"}));
    words.insert(words.begin(), "exec");
    std::string line;
    for (const auto& word : words) line += word + ' ';
    const auto err = folder() / "err", pid = folder() / "pid";
    Process job([&] {
      const auto command = "echo $$ > " + pid.string() + "; " + line + "2> " + err.string();
      ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
      ::_exit(127);
    });
    while (!std::filesystem::exists(run / "metrics.jsonl")) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    ::kill(std::stoi(read_file(pid, 100)), signal);
    job.wait();
    EXPECT_THAT(read_file(err, 1 << 20), HasSubstr("interrupted; the run is saved")) << signal;
    for (const auto& entry : std::filesystem::directory_iterator(run))
      EXPECT_EQ(entry.path().string().find(".part"), std::string::npos) << entry.path();
    EXPECT_EQ(run_program({(program_folder() / "spinlab").string(), "evaluate", run.string()}).code, 0);
  }
}

TEST_F(RanksCommandTest, ARankThatDiesLeavesARunToGoOnWith) {
  const std::vector<std::string> longer{"--set", "epochs=60"};
  const auto run = folder() / "killed";
  Process job([&] { ::_exit(run_program(on_ranks(2, train("killed", longer))).code); });
  while (!std::filesystem::exists(run / "metrics.jsonl"))
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  ASSERT_EQ(run_program({"pkill", "-KILL", "--newest", "--full", "spinlab-zoo.*" + run.string()}).code, 0);
  EXPECT_NE(job.wait(), 0);
  EXPECT_FALSE(std::filesystem::exists(run / "result.json"));
  ASSERT_EQ(run_program(on_ranks(3, train("killed", {"--resume"}))).code, 0);
  expect_the_numbers_of_one_process("killed", longer);
}

}  // namespace
}  // namespace spinlab::cli
