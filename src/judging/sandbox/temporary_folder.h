#pragma once

#include <filesystem>

namespace spinlab::sandbox {

/// A new folder below the system's temporary one that only its owner may enter; removed with all it holds.
class TemporaryFolder {
 public:
  /// Throws std::system_error.
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace spinlab::sandbox
