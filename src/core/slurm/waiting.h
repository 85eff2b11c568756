#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "src/core/slurm/job.h"

namespace spinlab::slurm {

/// A job whose files are waited for. The queue is asked every few seconds.
class Watch {
 public:
  explicit Watch(std::string id) : id_(std::move(id)) {}

  const std::string& id() const { return id_; }
  /// "job 12: 3 tasks run, 4 wait".
  std::string text() const;
  /// Whether, when the queue was asked last, nothing of it had begun.
  bool waits() const { return queue_.waiting > 0 && queue_.running == 0; }
  /// Whether it had ended when the queue was asked last.
  bool has_ended() const { return asked_ != Clock::time_point() && queue_.ended(); }
  /// Whether it has ended, and so long ago that what it wrote is seen here. A controller that does not answer
  /// ends nothing.
  bool is_over();

 private:
  using Clock = std::chrono::steady_clock;

  std::string id_;
  QueueState queue_;
  Clock::time_point asked_{}, last_seen_ = Clock::now();
};

/// Between two looks at what a job has written.
void pause_between_looks();

/// Waits until `done()`, of `total`, is all, the job is over, or Ctrl-C (while an Interrupt lives), which
/// cancels it; a progress bar on standard error.
void wait_for_results(const std::string& job, const std::string& title, int64_t total,
                      const std::function<int64_t()>& done);

}  // namespace spinlab::slurm
