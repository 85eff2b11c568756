#include "src/cli/commands.h"
#include "src/cli/printed_run.h"
#include "src/cli/submission_path.h"
#include "src/core/interrupt.h"

namespace spinlab::cli {
namespace {

ExitCode check(const CheckOptions& options) {
  const auto assignment = grading::load_assignment(options.assignment);
  const auto file = submission_path(assignment, options.file);
  const Interrupt interrupt;
  const auto code = PrintedRun(assignment, options).run(file);
  if (Interrupt::requested()) end_interrupted();
  return code;
}

}  // namespace

void add_check_command(CLI::App& app, Action& action) {
  auto options = std::make_shared<CheckOptions>();
  auto* command =
      app.add_subcommand("check", "Compile your solution and run the assignment's visible checks on it");
  add_check_options(*command, *options);
  command->footer("Example: spinlab check 01-regression --filter 'FitRidge.*'");
  command->callback([options, &action] { action = [options] { return check(*options); }; });
}

}  // namespace spinlab::cli
