#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace spinlab::grading {

/// An archive entry as a student, or an attacker, might pack it.
struct PackedEntry {
  std::string path;
  std::string content;
  unsigned type = 0100000;  // AE_IFREG
  std::string link = {};    // target of a symbolic or, where `hard`, a hard link
  bool hard = false;
};

/// Writes `entries` in the format that the name ends in: .zip, .tar, .tar.gz, .tar.xz.
void write_archive(const std::filesystem::path& file, const std::vector<PackedEntry>& entries);

}  // namespace spinlab::grading
