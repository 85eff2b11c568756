#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace spinlab::judging {

/// A 64-bit shared library of the system's or LibTorch's, in memory without reading all of it: LibTorch has
/// hundreds of megabytes. What it returns lies in it.
class SharedLibrary {
 public:
  /// Throws std::system_error where it can't be read, c10::ValueError where it is none or ends early; so do
  /// the others.
  explicit SharedLibrary(const std::filesystem::path& file);
  ~SharedLibrary();
  SharedLibrary(const SharedLibrary&) = delete;
  SharedLibrary& operator=(const SharedLibrary&) = delete;

  /// The names that it defines for others, mangled.
  std::set<std::string> exported() const;

  struct Function {
    std::uint64_t address;
    std::string_view name;  // mangled
    bool exported;
  };
  /// By address; one that has several names comes as often. The exported ones alone where it is stripped.
  std::vector<Function> functions() const;

  struct Code {
    std::uint64_t address;
    std::string_view bytes;
    std::uint16_t machine;  // EM_X86_64, EM_AARCH64
  };
  Code code() const;

  /// A function that may lie in another library is called through a few instructions here. [System V ABI, the
  /// procedure linkage table]
  struct Import {
    std::uint64_t address;  // of these instructions
    std::string_view name;
  };
  /// By address.
  std::vector<Import> imports() const;

 private:
  struct Tables;  // of the file format

  std::uint64_t size_;
  void* bytes_;
};

}  // namespace spinlab::judging
