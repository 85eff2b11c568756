#include <iostream>

#include "src/core/errors.h"
#include "src/judging/checker/check.h"
#include "src/judging/checker/experiment.h"
#include "src/judging/checker/running_check.h"
#include "src/judging/checker/runner_connection.h"

namespace {

using namespace spinlab;
using namespace spinlab::judging;

void run_experiment(RunnerConnection& runner) {
  const auto& settings = runner.settings();
  SandboxedWorker worker(runner.take_worker(), settings.files.log, settings.memory_group);
  if (runner.next_request().empty()) return;
  RunningCheck running(worker, "experiment", settings.seed, settings.limits);
  try {
    runner.write({{"experiment", experiment(settings.seed)}});
  } catch (const std::runtime_error& error) {  // the student's error, or the end of his process
    runner.write({{"error", error.what()}});
  }
}

ExitCode serve() {
  serve_runner(run_experiment);
  return ExitCode::kDone;
}

}  // namespace

int main() { return static_cast<int>(report_errors(serve, std::cerr)); }
