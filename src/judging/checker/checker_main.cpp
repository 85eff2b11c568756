#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

#include <iostream>

#include "src/core/errors.h"
#include "src/judging/checker/check_listener.h"
#include "src/judging/checker/in_process_worker.h"
#include "src/judging/checker/runner_connection.h"

namespace {

using namespace spinlab;
using namespace spinlab::judging;

void run_checks(RunnerConnection& runner) {
  const auto& settings = runner.settings();
  auto& listeners = testing::UnitTest::GetInstance()->listeners();
  auto worker =
      std::make_unique<SandboxedWorker>(runner.take_worker(), settings.files.log, settings.memory_group);
  auto* checks = new CheckListener(settings, std::move(worker),
                                   [&](const CheckReply& reply) { runner.write(to_json(reply)); });
  listeners.Append(checks);
  delete listeners.Release(listeners.default_result_printer());
  checks->wait_for_worker();
  runner.write({{"ready", true}});
  for (auto line = runner.next_request(); !line.empty(); line = runner.next_request()) {
    const auto request = check_request(Json::parse(line));
    testing::GTEST_FLAG(filter) = request.filter;
    checks->use_seed(request.seed);
    [[maybe_unused]] const int failed = RUN_ALL_TESTS();  // the replies have said it
    runner.write({{"done", true}});
  }
}

/// NN-checker --in-process SETTINGS: for a debugger, started by spinlab check --in-process. GoogleTest itself
/// reports.
ExitCode run_in_process(const char* settings_line) {
  const auto settings = checker_settings(Json::parse(settings_line));
  const auto folder = settings.files.object.parent_path().parent_path();
  testing::UnitTest::GetInstance()->listeners().Append(new CheckListener(
      settings, std::make_unique<InProcessWorker>(settings.files), [](const CheckReply&) {}));
  const bool passed = RUN_ALL_TESTS() == 0;
  std::filesystem::remove_all(folder);
  return passed ? ExitCode::kDone : ExitCode::kChecksFailed;
}

/// Sharding, repetition and filters are for who runs a test binary by hand: what a submission is checked with is not up to
/// the environment that spinlab was started in.
void forget_googletests_settings() {
  std::vector<std::string> names;
  for (char** setting = environ; *setting != nullptr; ++setting) {
    const std::string text = *setting;
    if (text.starts_with("GTEST_")) names.push_back(text.substr(0, text.find('=')));
  }
  for (const auto& name : names) ::unsetenv(name.c_str());
}

}  // namespace

int main(int argc, char** argv) {
  forget_googletests_settings();
  testing::InitGoogleTest(&argc, argv);
  const bool in_process = argc == 3 && std::string(argv[1]) == "--in-process";
  const auto serve = [] {
    serve_runner(run_checks);
    return ExitCode::kDone;
  };
  return static_cast<int>(
      report_errors([&] { return in_process ? run_in_process(argv[2]) : serve(); }, std::cerr));
}
