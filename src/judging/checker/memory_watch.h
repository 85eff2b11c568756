#pragma once

#include <atomic>
#include <cstdint>
#include <thread>

#include "src/judging/sandbox/process.h"

namespace spinlab::judging {

/// Looks at a submission's process from outside, twenty times a second, and kills it where it has more memory than it may:
/// resident private pages, whatever their protection, page tables and swap. RLIMIT_DATA counts what a process asks for, and
/// not pages that it made read-only after it filled them; not everywhere is there a group (sandbox/memory_group.h).
class MemoryWatch {
 public:
  /// `process`: a pidfd. Where it is none, or /proc does not say, nothing is watched.
  MemoryWatch(sandbox::Descriptor process, std::uint64_t most_bytes);

  /// Whether it was killed for its memory.
  bool has_killed() const { return has_killed_; }

 private:
  void watch(const std::stop_token& stop, std::uint64_t most_bytes);

  sandbox::Descriptor process_;
  std::atomic<bool> has_killed_{false};
  std::jthread thread_;  // last: it ends before the others
};

}  // namespace spinlab::judging
