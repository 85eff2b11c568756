#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

struct archive;

namespace spinlab::datasets {

/// A file read once from beginning to end, unpacked on the way where it is gzip or xz (told by its first
/// bytes). Every error is a c10::ValueError that names the file, what is wrong with it, and `remedy`.
class CompressedFile {
 public:
  CompressedFile(const std::filesystem::path& file, std::string remedy);

  /// Exactly `size` bytes, straight to where they belong. Throws where the file ends before.
  void read(void* to, std::size_t size);
  /// At most `size` bytes; 0 at the end.
  std::size_t read_some(void* to, std::size_t size);
  /// The rest as text. Throws where it is longer than `max_bytes`.
  std::string read_rest(std::size_t max_bytes);
  /// Throws where anything follows.
  void expect_end();

  /// Throws "FILE: what; remedy".
  [[noreturn]] void fail(const std::string& what) const;

 private:
  struct Close {
    void operator()(archive* reader) const;
  };
  std::filesystem::path file_;
  std::string remedy_;
  std::unique_ptr<archive, Close> reader_;
  std::uint64_t offset_ = 0;
};

/// The most that what is read of a file may take in memory: a hundred times its own size, and 64 MiB in any
/// case. What asks for more, by what its header says or by what it unpacks to, is taken for broken or
/// malicious. Throws c10::ValueError where it is no regular file.
std::uint64_t justified_bytes(const std::filesystem::path& file);

/// The remedy for a broken file of a data set in the catalog.
std::string fetch_again(const std::string& dataset);

}  // namespace spinlab::datasets
