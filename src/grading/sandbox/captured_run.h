#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace spinlab::sandbox {

struct CapturedRun {
  std::string text;           // both standard streams together, cut
  std::optional<int> status;  // wait status; nothing where it was killed at the deadline
};

/// Runs a program to its end or the deadline. Of what it prints at most `max_bytes` are kept; the rest is
/// read and dropped, so that it can't block. Its environment is as in Process. Throws std::system_error where
/// it can't be started.
CapturedRun run_captured(const std::vector<std::string>& command,
                         std::chrono::steady_clock::time_point deadline, std::size_t max_bytes,
                         bool keep_environment = false);

}  // namespace spinlab::sandbox
