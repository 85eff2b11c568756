#pragma once

#include <cstdint>

namespace spinlab::sandbox {

/// What one process may take. Memory is RLIMIT_DATA: private writable mappings, those that it was forked with among them.
/// LibTorch maps gigabytes that it never writes to, so RLIMIT_AS would say nothing.
struct ProcessLimits {
  std::uint64_t cpu_seconds = 10;
  std::uint64_t memory_bytes = std::uint64_t{2} << 30;
  std::uint64_t stack_bytes = std::uint64_t{64} << 20;  // of the first thread; those of others are memory
  std::uint64_t file_bytes = 0;
  std::uint64_t open_files = 64;
  /// Of one user, threads included: who has fewer of them can't keep those who may have more from starting one.
  std::uint64_t processes = 512;
  /// 0: any. Where many pages are touched and few written, page tables alone would take 1/512 of it.
  std::uint64_t address_bytes = 0;
};

/// What our own processes may have, far above all that submissions can start.
inline constexpr std::uint64_t kOwnProcesses = 1 << 14;

/// Binds this process and its children; no core files. Throws std::system_error.
void set_limits(const ProcessLimits& limits);

}  // namespace spinlab::sandbox
