#include <unistd.h>

#include <iostream>

#include "src/cli/command_line.h"
#include "src/cli/student/file_watch.h"
#include "src/cli/student/printed_run.h"
#include "src/cli/student/submission_path.h"
#include "src/core/interrupt.h"

namespace spinlab::cli {
namespace {

constexpr std::chrono::milliseconds kPatience(
    100);  // a compiler that is slower to start than that does not help

void clear_screen() {
  if (::isatty(STDOUT_FILENO) == 1) std::cout << "\033[H\033[2J\033[3J";
}

/// While the file is edited, checker, worker and compiler of the next run already wait, LibTorch and prelude
/// loaded.
ExitCode watch(const CheckOptions& options) {
  const auto assignment = judging::load_assignment(options.assignment);
  const auto file = submission_path(assignment, options.file);
  const Interrupt interrupt;
  FileWatch saves(file);
  const judging::WarmRunner warm(kPatience);
  PrintedRun runs(assignment, options, warm);
  for (;;) {
    warm.prepare(assignment);
    if (!saves.wait()) return ExitCode::kDone;
    clear_screen();
    runs.run(file);
    if (!options.json) std::cout << "waiting for " << file.string() << " to be saved; Ctrl-C ends\n";
    std::cout.flush();
  }
}

const Registration kWatch({Room::kStudents, "watch", "Check again each time that your solution is saved"},
                          [](Command& command) {
                            auto options = std::make_shared<CheckOptions>();
                            add_check_options(command, *options);
                            command.footer("Example: spinlab watch 01-regression --filter 'FitRidge.*'");
                            command.action([options] { return watch(*options); });
                          });

}  // namespace
}  // namespace spinlab::cli
