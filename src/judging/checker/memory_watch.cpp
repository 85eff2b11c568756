#include "src/judging/checker/memory_watch.h"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "src/judging/sandbox/process_memory.h"

namespace spinlab::judging {
namespace {

constexpr auto kPeriod = std::chrono::milliseconds(50);

}  // namespace

MemoryWatch::MemoryWatch(sandbox::Descriptor process, std::uint64_t most_bytes)
    : process_(std::move(process)),
      thread_([this, most_bytes](const std::stop_token& stop) { watch(stop, most_bytes); }) {}

void MemoryWatch::watch(const std::stop_token& stop, std::uint64_t most_bytes) {
  const auto process = sandbox::number_of(process_);
  std::mutex mutex;
  std::condition_variable_any until_stopped;
  for (std::unique_lock lock(mutex); !stop.stop_requested();
       until_stopped.wait_for(lock, stop, kPeriod, [] { return false; })) {
    const auto now = sandbox::private_bytes(process);
    if (!now || sandbox::number_of(process_) != process) return;  // it has ended
    if (*now <= most_bytes) continue;
    has_killed_ = true;
    ::syscall(SYS_pidfd_send_signal, process_.get(), SIGKILL, nullptr, 0);
    return;
  }
}

}  // namespace spinlab::judging
