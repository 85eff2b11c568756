#pragma once

#include <filesystem>

#include "src/judging/sandbox/process.h"

namespace spinlab::sandbox {

/// A new folder below the system's temporary one that only its owner may enter; removed with all it holds. One whose process
/// was killed is removed by the next process that makes one.
class TemporaryFolder {
 public:
  /// Throws std::system_error.
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

  /// For the program that this process is about to become (exec), and which removes it.
  void leave_to_next_program() const;

 private:
  std::filesystem::path path_;
  Descriptor claim_;  // locked while anybody needs it; a killed process locks nothing
};

/// Removes this user's folders that nobody claims, but for very new ones, which are about to be claimed.
void remove_abandoned_folders();

}  // namespace spinlab::sandbox
