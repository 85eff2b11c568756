#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "src/judging/assignment.h"
#include "src/judging/verdict.h"

namespace spinlab::judging {

struct RunOptions {
  std::uint64_t seed = 0;
  std::string filter = "*";         // GoogleTest's pattern
  bool with_hidden = true;          // false: only the checks that students see
  bool allow_weak_sandbox = false;  // grade even where too few layers hold
  bool every_run = false;           // of stochastic checks, also those that decide nothing any more
  int lanes = 1;                    // checks at the same time, each with checker and worker of its own
  /// Whether a data set of the catalog lies on this machine; a check that lacks one is kNotRun.
  std::function<bool(const std::string&)> has_data = [](const std::string&) { return true; };
  std::function<void(const CheckResult&)> on_check;  // called as each check ends
};

/// RunOptions::lanes for somebody who waits for one submission: one a processor, but at most four, since each
/// takes a quarter of a gigabyte and half a second to start.
int checkers_of_one_run();

/// Throws c10::Error where too few layers hold here to run a stranger's code.
void require_sandbox(const RunOptions& options);

/// One run of one submission, in two halves for those who wait for a file to be saved.
class SubmissionRun {
 public:
  /// Throws as require_sandbox, and c10::ValueError where no check matches the filter. Both arguments must
  /// outlive it.
  SubmissionRun(const Assignment& assignment, const RunOptions& options);
  ~SubmissionRun();

  /// Starts checkers and workers ahead of the submission. They stay what the assignment was then.
  void prepare();
  /// See run_submission. Once.
  Report run(const std::filesystem::path& source);

 private:
  class Run;
  std::unique_ptr<Run> run_;
};

/// Compiles `source` in the sandbox, refuses forbidden operations, then runs each check against a fresh
/// worker. Never throws for what the submission did; throws c10::ValueError where no check matches the
/// filter, c10::Error where this machine cannot grade at all.
Report run_submission(const Assignment& assignment, const std::filesystem::path& source,
                      const RunOptions& options);

}  // namespace spinlab::judging
