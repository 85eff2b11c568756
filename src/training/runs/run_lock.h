#pragma once

#include <filesystem>

namespace spinlab::training {

/// A run's folder, held by one process at a time: two that write into it would mix. The kernel lets go of it
/// when the process ends, however that happens.
class RunLock {
 public:
  /// Makes the folder where it is not. Throws c10::ValueError where another process holds it.
  explicit RunLock(const std::filesystem::path& folder);
  ~RunLock();
  /// Whether a process holds it now.
  static bool is_held(const std::filesystem::path& folder);
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

 private:
  int descriptor_;
};

}  // namespace spinlab::training
