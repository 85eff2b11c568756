#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "src/judging/sandbox/process.h"

namespace spinlab::sandbox {

struct CapturedRun {
  std::string text;           // both standard streams together, cut
  std::optional<int> status;  // wait status; nothing where it was killed at the deadline
};

/// A program that runs, with both streams together in a pipe; killed and waited for at the end of its life here.
class CapturedProcess {
 public:
  /// Its environment is as in Process. Throws std::system_error where it can't be started.
  explicit CapturedProcess(const std::vector<std::string>& command, bool keep_environment = false);

  /// Waits for its end, or the deadline; see run_captured.
  CapturedRun finish(std::chrono::steady_clock::time_point deadline, std::size_t max_bytes);

 private:
  explicit CapturedProcess(const std::vector<std::string>& command, bool keep_environment, Pair pipe);

  Descriptor output_;
  Process process_;
};

/// Runs a program to its end or the deadline. Of what it prints at most `max_bytes` are kept; the rest is
/// read and dropped, so that it can't block. Throws as CapturedProcess.
CapturedRun run_captured(const std::vector<std::string>& command,
                         std::chrono::steady_clock::time_point deadline, std::size_t max_bytes,
                         bool keep_environment = false);

}  // namespace spinlab::sandbox
