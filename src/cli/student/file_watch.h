#pragma once

#include <filesystem>
#include <string>

namespace spinlab::cli {

/// Tells when a file was saved, in place or, as most editors do, by a new file of its name.
class FileWatch {
 public:
  /// Throws c10::Error where the folder can't be watched. The file counts as saved at once, so that it is
  /// seen once before any change.
  explicit FileWatch(const std::filesystem::path& file);
  ~FileWatch();
  FileWatch(const FileWatch&) = delete;
  FileWatch& operator=(const FileWatch&) = delete;

  /// Until the next save; false where Ctrl-C asked for the end (core/interrupt.h).
  bool wait();

 private:
  bool read_events();

  std::string name_;
  int descriptor_;
  bool saved_ = true;
};

}  // namespace spinlab::cli
