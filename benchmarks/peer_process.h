#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "src/core/config.h"

namespace spinlab::benchmarks {

/// A Python program that waits idle for jobs, a JSON object a line on its standard input, and answers each by
/// one on its standard output, so that its start is not timed and it takes turns with us.
class PeerProcess {
 public:
  /// `interpreter`: the project's Python where it is empty.
  PeerProcess(const std::filesystem::path& script, const std::vector<std::string>& arguments,
              const std::filesystem::path& interpreter = {});
  ~PeerProcess();
  PeerProcess(const PeerProcess&) = delete;
  PeerProcess& operator=(const PeerProcess&) = delete;

  /// Throws c10::Error where the program has ended or answers something else.
  Json ask(const Json& job);

 private:
  std::string name_;
  pid_t child_ = 0;
  FILE* jobs_ = nullptr;
  FILE* answers_ = nullptr;
};

}  // namespace spinlab::benchmarks
