#include "src/judging/checker/memory_watch.h"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <fstream>
#include <limits>
#include <mutex>
#include <optional>
#include <string>

namespace spinlab::judging {
namespace {

constexpr auto kPeriod = std::chrono::milliseconds(50);

/// The sum of the numbers behind these names in a file of /proc; nothing where it is not there.
template <std::size_t n>
std::optional<std::int64_t> sum_of(const std::string& file, const std::string (&names)[n]) {
  std::ifstream lines(file);
  std::optional<std::int64_t> sum;
  for (std::string name; lines >> name; lines.ignore(std::numeric_limits<std::streamsize>::max(), '\n')) {
    for (const auto& wanted : names) {
      std::int64_t number = 0;
      if (name == wanted && lines >> number) sum = sum.value_or(0) + number;
    }
  }
  return sum;
}

/// Of a process by its pidfd, in our own numbers; it may see itself under another one.
std::int64_t process_number(const sandbox::Descriptor& process) {
  return sum_of("/proc/self/fdinfo/" + std::to_string(process.get()), {"Pid:"}).value_or(-1);
}

std::optional<std::int64_t> memory_kib(std::int64_t process) {
  return sum_of("/proc/" + std::to_string(process) + "/status",
                {"RssAnon:", "RssShmem:", "VmPTE:", "VmSwap:"});
}

}  // namespace

MemoryWatch::MemoryWatch(sandbox::Descriptor process, std::uint64_t most_bytes)
    : process_(std::move(process)),
      thread_([this, most_bytes](const std::stop_token& stop) { watch(stop, most_bytes); }) {}

void MemoryWatch::watch(const std::stop_token& stop, std::uint64_t most_bytes) {
  const auto process = process_number(process_);
  const auto first = process > 0 ? memory_kib(process) : std::nullopt;
  if (!first) return;
  std::mutex mutex;
  std::condition_variable_any until_stopped;
  for (std::unique_lock lock(mutex); !stop.stop_requested();
       until_stopped.wait_for(lock, stop, kPeriod, [] { return false; })) {
    const auto now = memory_kib(process);
    if (!now || process_number(process_) != process) return;  // it has ended
    if (static_cast<std::uint64_t>(std::max<std::int64_t>(*now - *first, 0)) << 10 <= most_bytes) continue;
    has_killed_ = true;
    ::syscall(SYS_pidfd_send_signal, process_.get(), SIGKILL, nullptr, 0);
    return;
  }
}

}  // namespace spinlab::judging
