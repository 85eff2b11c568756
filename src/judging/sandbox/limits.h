#pragma once

#include <cstdint>

namespace spinlab::sandbox {

/// What one process may take. Memory is RLIMIT_DATA: private writable mappings. LibTorch maps gigabytes that
/// it never writes to, so RLIMIT_AS would say nothing.
struct ProcessLimits {
  std::uint64_t cpu_seconds = 10;
  std::uint64_t memory_bytes = std::uint64_t{2} << 30;
  std::uint64_t file_bytes = 0;
  std::uint64_t open_files = 64;
  std::uint64_t processes = 512;  // of one user, threads included
};

/// Binds this process and its children; no core files. Throws std::system_error.
void set_limits(const ProcessLimits& limits);

}  // namespace spinlab::sandbox
