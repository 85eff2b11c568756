#include "src/cli/command_line.h"
#include "src/cli/student/printed_run.h"
#include "src/cli/student/submission_path.h"
#include "src/core/interrupt.h"
#include "src/judging/runner/debug_run.h"

namespace spinlab::cli {
namespace {

ExitCode check(const CheckOptions& options, bool in_process) {
  const auto assignment = judging::load_assignment(options.assignment);
  const auto file = submission_path(assignment, options.file);
  if (in_process) judging::debug_submission(assignment, file, run_options(options));
  const Interrupt interrupt;
  const auto code = PrintedRun(assignment, options, judging::run_submission).run(file);
  if (Interrupt::requested()) end_interrupted();
  return code;
}

const Registration kCheck(
    {Room::kStudents, "check", "Compile your solution and run the assignment's visible checks on it"},
    [](Command& command) {
      auto options = std::make_shared<CheckOptions>();
      add_check_options(command, *options);
      auto in_process = std::make_shared<bool>(false);
      command.flag("--in-process", *in_process,
                   "For a debugger: your code and the checks in one process, without sandbox and limits");
      command.footer("Example: spinlab check 01-regression --filter 'FitRidge.*'");
      command.action([options, in_process] { return check(*options, *in_process); });
    });

}  // namespace
}  // namespace spinlab::cli
