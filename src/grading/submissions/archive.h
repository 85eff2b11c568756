#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace spinlab::grading {

/// What an archive of unknown origin may cost us, whatever it claims to hold.
struct ArchiveLimits {
  std::int64_t archive_bytes = std::int64_t{64} << 20;
  std::int64_t entries = 10'000;
  std::int64_t unpacked_bytes = std::int64_t{256} << 20;  // all entries together
  std::int64_t ratio = 500;  // unpacked to packed, once 4 MiB have come out; source code stays below 50
};

/// A zip or tar archive (plain, or packed with gzip, bzip2, xz or zstd), by its name's ending.
bool is_archive_name(const std::filesystem::path& name);

/// A file that was read from an archive.
struct Unpacked {
  std::string path;  // in the archive, as it stands there
  std::string content;
};

/// The file called `name` in whatever folder of the archive. Nothing is written anywhere. Throws c10::ValueError,
/// one line without the archive's own path, where: the limits are passed; a path is absolute or climbs out (..);
/// `name` is missing, there twice, larger than `max_bytes`, not a regular file, or encrypted; the archive is
/// corrupt.
Unpacked read_from_archive(const std::filesystem::path& archive, const std::string& name,
                           std::int64_t max_bytes, const ArchiveLimits& limits = {});

/// The file at just this path, with / or \ between folders, empty where there is none. Throws as read_from_archive.
std::string read_path_from_archive(const std::filesystem::path& archive, const std::string& path,
                                   std::int64_t max_bytes, const ArchiveLimits& limits = {});

}  // namespace spinlab::grading
