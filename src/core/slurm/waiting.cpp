#include "src/core/slurm/waiting.h"

#include <thread>

#include "src/core/interrupt.h"
#include "src/core/progress.h"

namespace spinlab::slurm {
namespace {

constexpr std::chrono::milliseconds kLook(500), kAskTheQueue(3000);
constexpr std::chrono::seconds kFilesMayComeLater(10);  // than their writer's end, over NFS

}  // namespace

std::string Watch::text() const {
  return "job " + id_ + ": " + std::to_string(queue_.running) + " tasks run, " +
         std::to_string(queue_.waiting) + " wait";
}

bool Watch::is_over() {
  if (Clock::now() - asked_ >= kAskTheQueue) {
    queue_ = queue_state(id_);
    asked_ = Clock::now();
    if (!queue_.ended()) last_seen_ = asked_;
  }
  return Clock::now() - last_seen_ >= kFilesMayComeLater;
}

void pause_between_looks() { std::this_thread::sleep_for(kLook); }

void wait_for_results(const std::string& job, const std::string& title, int64_t total,
                      const std::function<int64_t()>& done) {
  Watch watch(job);
  Progress progress(title, total, done());
  for (;;) {
    const auto count = done();
    progress.update(count, watch.text());
    if (count == total || Interrupt::requested() || watch.is_over()) break;
    pause_between_looks();
  }
  progress.finish();
  if (Interrupt::requested()) cancel(job);
}

}  // namespace spinlab::slurm
