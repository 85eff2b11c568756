#include <iostream>

#include "src/core/errors.h"
#include "src/judging/checker/check.h"
#include "src/judging/checker/experiment.h"
#include "src/judging/checker/running_check.h"
#include "src/judging/checker/trusted_program.h"

namespace {

using namespace spinlab;
using namespace spinlab::judging;

ExitCode run_experiment() {
  const TrustedProgram program;
  const auto& settings = program.settings();
  SandboxedWorker worker(settings.files);
  if (program.next_request().empty()) return ExitCode::kDone;
  RunningCheck running(worker, "experiment", settings.seed, settings.limits);
  try {
    program.write({{"experiment", experiment(settings.seed)}});
  } catch (const std::runtime_error& error) {  // the student's error, or the end of his process
    program.write({{"error", error.what()}});
  }
  return ExitCode::kDone;
}

}  // namespace

int main() { return static_cast<int>(report_errors(run_experiment, std::cerr)); }
