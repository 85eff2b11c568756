#pragma once

#include <cstdint>
#include <filesystem>

namespace spinlab::datasets {

/// The file that a download grows in, locked so that two fetches never write into one. What an earlier run
/// left in it is kept. Throws c10::Error where it cannot be opened or another process holds it.
class PartFile {
 public:
  explicit PartFile(const std::filesystem::path& path);
  ~PartFile();
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  std::uint64_t size() const { return size_; }
  /// False where the disk takes no more (errno says why).
  bool append(const char* bytes, std::size_t count);
  /// Empties it. False where that fails (errno says why).
  bool restart();
  /// Brings it to the disk, before it is renamed into place.
  void sync() const;
  /// Deletes it.
  void remove() const;

 private:
  std::filesystem::path path_;
  int descriptor_;
  std::uint64_t size_ = 0;
};

}  // namespace spinlab::datasets
