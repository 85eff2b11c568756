#pragma once

#include <filesystem>
#include <string>

#include "datasets/files/catalog.h"
#include "datasets/files/data_folders.h"

namespace spinlab::datasets {

/// SHA-256 of a file as it lies there, and of what it unpacks to (at most `max_bytes`, else c10::ValueError).
std::string file_sha256(const std::filesystem::path& file);
std::string content_sha256(const std::filesystem::path& file, std::uint64_t max_bytes);

enum class FileState { kIntact, kMissing, kDamaged };

struct FileReport {
  FileState state = FileState::kMissing;
  std::filesystem::path found;  // empty where it is missing
  std::string problem;          // of a damaged file, for people
};

/// Intact where the file as it lies there is the catalog's packed or unpacked one, or unpacks to that one.
FileReport inspect(const CatalogFile& file, const std::filesystem::path& found);
/// The same for the first that the data folders hold.
FileReport inspect(const CatalogFile& file, const DataFolders& folders);

/// Throws c10::ValueError at the first damaged file of the data set, with the command that mends it. Missing
/// files are left to the loader, which knows what it needs.
void require_intact(const CatalogEntry& entry, const DataFolders& folders);

}  // namespace spinlab::datasets
