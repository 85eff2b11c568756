#include "datasets/files/integrity.h"

#include <c10/util/Exception.h>

#include <fstream>

#include "datasets/files/compressed_file.h"
#include "src/core/sha256.h"

namespace fs = std::filesystem;

namespace spinlab::datasets {
namespace {

constexpr std::size_t kBlock = 1 << 18;

std::string wrong_content(const CatalogFile& file, const fs::path& found) {
  std::error_code error;
  const auto bytes = fs::file_size(found, error);
  auto text = std::to_string(bytes) + " bytes that are not those of the catalog (";
  text += std::to_string(file.content.bytes) + " bytes";
  if (!file.suffix.empty()) text += ", or " + std::to_string(file.packed.bytes) + " as " + file.suffix;
  return text + ")";
}

}  // namespace

std::string file_sha256(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  TORCH_CHECK_VALUE(in, file.string(), ": cannot be read; check its permissions");
  Sha256 hash;
  std::string block(kBlock, '\0');
  while (in.read(block.data(), kBlock), in.gcount() > 0) {
    hash.update({block.data(), static_cast<std::size_t>(in.gcount())});
  }
  TORCH_CHECK_VALUE(!in.bad(), file.string(), ": reading failed; check the disk");
  return hash.hex();
}

std::string content_sha256(const fs::path& file, std::uint64_t max_bytes) {
  CompressedFile in(file, "remove it or fetch it again");
  Sha256 hash;
  std::string block(kBlock, '\0');
  std::uint64_t total = 0;
  while (const auto got = in.read_some(block.data(), kBlock)) {
    if ((total += got) > max_bytes) in.fail("unpacks to more than " + std::to_string(max_bytes) + " bytes");
    hash.update({block.data(), got});
  }
  return hash.hex();
}

FileReport inspect(const CatalogFile& file, const fs::path& found) {
  const FileReport intact{FileState::kIntact, found, ""};
  try {
    const auto stored = file_sha256(found);
    if (stored == file.content.sha256 || (!file.suffix.empty() && stored == file.packed.sha256))
      return intact;
    if (content_sha256(found, file.content.bytes) == file.content.sha256) return intact;
  } catch (const c10::ValueError& unreadable) {
    return {FileState::kDamaged, found, unreadable.what_without_backtrace()};
  }
  return {FileState::kDamaged, found, found.string() + ": " + wrong_content(file, found)};
}

FileReport inspect(const CatalogFile& file, const DataFolders& folders) {
  const auto found = folders.look_up(file.path);
  return found ? inspect(file, *found) : FileReport{};
}

void require_intact(const CatalogEntry& entry, const DataFolders& folders) {
  for (const auto& file : entry.files) {
    const auto report = inspect(file, folders);
    TORCH_CHECK_VALUE(report.state != FileState::kDamaged, report.found.string(), ": this file of ",
                      entry.name, " is damaged or of another version (its SHA-256 is not the catalog's); ",
                      fetch_again(entry.name));
  }
}

}  // namespace spinlab::datasets
