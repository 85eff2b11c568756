#include <unistd.h>

#include <iostream>

#include "src/cli/check_table.h"
#include "src/cli/commands.h"
#include "src/cli/data_presence.h"
#include "src/cli/submission_path.h"
#include "src/grading/runner.h"

namespace spinlab::cli {
namespace {

using grading::Report;
using grading::Verdict;

struct Options {
  std::string assignment;
  std::string file;
  std::string filter = "*";
  std::uint64_t seed = 0;
  bool json = false;
  bool allow_weak_sandbox = false;
};

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

ExitCode check(const Options& options) {
  const auto assignment = grading::load_assignment(options.assignment);
  grading::RunOptions run;
  run.seed = options.seed;
  run.filter = options.filter;
  run.with_hidden = false;
  run.allow_weak_sandbox = options.allow_weak_sandbox;
  run.has_data = data_on_this_machine();
  CheckTable table(assignment, options.json, ::isatty(STDOUT_FILENO) == 1, std::cout);
  run.on_check = [&](const grading::CheckResult& result) { table.add(result); };
  const auto report = grading::run_submission(assignment, submission_path(assignment, options.file), run);
  table.finish(report);
  return exit_code(report);
}

}  // namespace

void add_check_command(CLI::App& app, Action& action) {
  auto options = std::make_shared<Options>();
  auto* command =
      app.add_subcommand("check", "Compile your solution and run the assignment's visible checks on it");
  command->add_option("assignment", options->assignment, "Its name or the start of it")->required();
  command->add_option("--file", options->file,
                      "The C++ file to check (default: the assignment's, in this folder)");
  command->add_option("--filter", options->filter,
                      "Checks to run, as GoogleTest's filter: 'FitRidge.*:-*Slow*'");
  command->add_option("--seed", options->seed,
                      "For checks that draw random numbers; written with the result");
  command->add_flag("--json", options->json, "One JSON object a line: each check, then the report");
  command->add_flag("--allow-weak-sandbox", options->allow_weak_sandbox,
                    "Run although this machine lacks layers of the sandbox (for code that you trust)");
  command->footer("Example: spinlab check 01-regression --filter 'FitRidge.*'");
  command->callback([options, &action] { action = [options] { return check(*options); }; });
}

}  // namespace spinlab::cli
