#pragma once

#include <chrono>
#include <memory>

#include "src/judging/runner/submission_run.h"

namespace spinlab::judging {

/// Judges submissions to one assignment, from several threads at a time, by templates that wait from one submission to the
/// next. Templates that one of them left in doubt are not used again.
class WarmRunner {
 public:
  /// How long a submission waits for a compiler that is being started, instead of starting one of its own: long where many
  /// follow, short where somebody waits for this one.
  explicit WarmRunner(std::chrono::milliseconds patience = std::chrono::seconds(5));

  /// Starts templates ahead of the first submission, and does not wait for them.
  void prepare(const Assignment& assignment) const;

  /// See run_with.
  Report operator()(const Assignment& assignment, const std::filesystem::path& source,
                    const RunOptions& options) const;

 private:
  class Idle;
  std::shared_ptr<Idle> idle_;
};

/// Judges one submission. See run_with.
Report run_submission(const Assignment& assignment, const std::filesystem::path& source, const RunOptions& options);

}  // namespace spinlab::judging
