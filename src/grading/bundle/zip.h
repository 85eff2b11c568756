#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace spinlab::grading {

struct ZipEntry {
  std::string path;
  std::string content;
  bool executable = false;
};

/// Writes a zip archive, whole or not at all; the same entries give the same bytes. Throws c10::Error where
/// it cannot be written.
void write_zip(const std::filesystem::path& file, const std::vector<ZipEntry>& entries);

}  // namespace spinlab::grading
