#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "src/judging/assignment.h"
#include "src/judging/runner/templates.h"
#include "src/judging/verdict.h"

namespace spinlab::judging {

struct RunOptions {
  std::uint64_t seed = 0;
  std::string filter = "*";         // GoogleTest's pattern
  bool with_hidden = true;          // false: only the checks that students see
  bool allow_weak_sandbox = false;  // grade even where too few layers hold
  bool every_run = false;           // of stochastic checks, also those that decide nothing any more
  int checkers = 1;                    // checks at the same time, each with checker and worker of its own
  /// Whether a data set of the catalog lies on this machine; a check that lacks one is kNotRun.
  std::function<bool(const std::string&)> has_data = [](const std::string&) { return true; };
  std::function<void(const CheckResult&)> on_check;  // called as each check ends
};

/// RunOptions::checkers for somebody who waits for one submission: one a processor, but at most four.
int checkers_of_one_run();

/// Throws c10::Error where too few layers hold here to run a stranger's code.
void require_sandbox(const RunOptions& options);

/// Throws c10::ValueError where none of the assignment's checks is to run, as the filter is.
void require_checks(const Assignment& assignment, const RunOptions& options);

struct SubmissionRun {
  Report report;
  bool templates_are_clean = false;  // they may serve another submission
};

/// Compiles `source` in the sandbox, refuses forbidden operations, then runs each check against a fresh child of the
/// templates, which are the assignment's. Never throws for what the submission did; throws c10::ValueError where no
/// check matches the filter, c10::Error where this machine cannot grade at all.
SubmissionRun run_with(Templates& templates, const Assignment& assignment, const std::filesystem::path& source,
                       const RunOptions& options);

}  // namespace spinlab::judging
