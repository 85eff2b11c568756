#pragma once

#include <optional>
#include <string>

#include "src/cli/command_line.h"
#include "src/cli/student/check_table.h"
#include "src/core/errors.h"
#include "src/judging/runner/retry.h"

namespace spinlab::cli {

/// What `check` and `watch` are told.
struct CheckOptions {
  std::string assignment;
  std::string file;
  std::string filter = "*";
  std::uint64_t seed = 0;
  bool json = false;
  bool allow_weak_sandbox = false;
};

void add_check_options(Command& command, CheckOptions& options);

/// For the visible checks, on this machine's data sets.
judging::RunOptions run_options(const CheckOptions& options);

/// Runs that are printed as they go. What passed is kept for `next` and `hint` (course_progress.h).
class PrintedRun {
 public:
  /// `assignment` must outlive it. Throws c10::ValueError where no check matches the filter, and as
  /// judging::require_sandbox does.
  PrintedRun(const judging::Assignment& assignment, const CheckOptions& options, judging::Runner runner);

  /// Prints and keeps nothing more once Ctrl-C asked for the end.
  ExitCode run(const std::filesystem::path& file);

 private:
  const judging::Assignment& assignment_;
  const CheckOptions options_;
  std::optional<CheckTable> table_;
  const judging::RunOptions run_options_;
  const judging::Runner runner_;
};

}  // namespace spinlab::cli
