#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <iostream>

#include "src/core/errors.h"
#include "src/judging/checker/check_listener.h"
#include "src/judging/checker/in_process_worker.h"
#include "src/judging/checker/trusted_program.h"

namespace {

using namespace spinlab;
using namespace spinlab::judging;

ExitCode run_checks() {
  // Every processor has a submission or another lane's checks to run; threads of ours that spin beside them
  // would only take the students' time.
  at::set_num_threads(1);
  const TrustedProgram program;
  const auto& settings = program.settings();
  auto& listeners = testing::UnitTest::GetInstance()->listeners();
  auto* checks = new CheckListener(
      settings, [&] { return std::make_unique<SandboxedWorker>(settings.files); },
      [&](const CheckReply& line) { program.write(to_json(line)); });
  listeners.Append(checks);
  delete listeners.Release(listeners.default_result_printer());
  checks->wait_for_worker();
  program.write({{"ready", true}});
  bool passed = true;
  for (auto line = program.next_request(); !line.empty(); line = program.next_request()) {
    const auto request = check_request(Json::parse(line));
    testing::GTEST_FLAG(filter) = request.filter;
    checks->use_seed(request.seed);
    passed = RUN_ALL_TESTS() == 0 && passed;
    program.write({{"done", true}});
  }
  return passed ? ExitCode::kDone : ExitCode::kChecksFailed;
}

/// NN-checker --in-process SETTINGS: for a debugger, started by spinlab check --in-process. GoogleTest itself
/// reports.
ExitCode run_in_process(const char* settings_line) {
  const auto settings = checker_settings(Json::parse(settings_line));
  const auto folder = settings.files.object.parent_path().parent_path();
  testing::UnitTest::GetInstance()->listeners().Append(new CheckListener(
      settings, [&] { return std::make_unique<InProcessWorker>(settings.files); }, [](const CheckReply&) {}));
  const bool passed = RUN_ALL_TESTS() == 0;
  std::filesystem::remove_all(folder);
  return passed ? ExitCode::kDone : ExitCode::kChecksFailed;
}

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const bool in_process = argc == 3 && std::string(argv[1]) == "--in-process";
  return static_cast<int>(
      report_errors([&] { return in_process ? run_in_process(argv[2]) : run_checks(); }, std::cerr));
}
