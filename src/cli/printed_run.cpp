#include "src/cli/printed_run.h"

#include <unistd.h>

#include <iostream>

#include "src/cli/course_progress.h"
#include "src/cli/data_presence.h"
#include "src/core/interrupt.h"

namespace spinlab::cli {
namespace {

using grading::Report;
using grading::Verdict;

ExitCode exit_code(const Report& report) {
  switch (report.verdict) {
    case Verdict::kGraded:
      return passed_all(report) ? ExitCode::kDone : ExitCode::kChecksFailed;
    case Verdict::kUnreadableSubmission:
      return ExitCode::kUserMistake;
    case Verdict::kInfrastructureFailure:
      return ExitCode::kOurFault;
    default:
      return ExitCode::kChecksFailed;
  }
}

}  // namespace

void add_check_options(CLI::App& command, CheckOptions& options) {
  command.add_option("assignment", options.assignment, "Its name or the start of it")->required();
  command.add_option("--file", options.file,
                     "The C++ file to check (default: the assignment's, in this folder)");
  command.add_option("--filter", options.filter,
                     "Checks to run, as GoogleTest's filter: 'FitRidge.*:-*Slow*'");
  command.add_option("--seed", options.seed, "For checks that draw random numbers; written with the result");
  command.add_flag("--json", options.json, "One JSON object a line: each check, then the report");
  command.add_flag("--allow-weak-sandbox", options.allow_weak_sandbox,
                   "Run although this machine lacks layers of the sandbox (for code that you trust)");
}

grading::RunOptions run_options(const CheckOptions& options) {
  grading::RunOptions run;
  run.seed = options.seed;
  run.filter = options.filter;
  run.with_hidden = false;
  run.lanes = grading::lanes_of_one_run();
  run.allow_weak_sandbox = options.allow_weak_sandbox;
  run.has_data = data_on_this_machine();
  return run;
}

PrintedRun::PrintedRun(const grading::Assignment& assignment, const CheckOptions& options)
    : assignment_(assignment),
      options_(options),
      run_options_([&] {
        auto run = run_options(options);
        run.on_check = [this](const grading::CheckResult& result) { table_->add(result); };
        return run;
      }()),
      run_(assignment_, run_options_) {}

ExitCode PrintedRun::run(const std::filesystem::path& file) {
  table_.emplace(assignment_, options_.json, ::isatty(STDOUT_FILENO) == 1, std::cout);
  const auto report = run_.run(file);
  if (Interrupt::requested()) return ExitCode::kChecksFailed;
  table_->finish(report);
  remember(assignment_, report);
  return exit_code(report);
}

}  // namespace spinlab::cli
