#include "src/grading/submissions/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <array>
#include <functional>
#include <memory>

#include "src/grading/submissions/expected_file.h"
#include "src/core/escape.h"

namespace fs = std::filesystem;

namespace spinlab::grading {
namespace {

constexpr size_t kBlock = 64 << 10;
constexpr std::int64_t kRatioFrom = 4 << 20;

struct Close {
  void operator()(archive* reader) const { archive_read_free(reader); }
};
using Reader = std::unique_ptr<archive, Close>;

std::string why(const Reader& reader) {
  const char* text = archive_error_string(reader.get());
  return one_line(text != nullptr ? text : "unknown error");
}

/// Formats that students' tools make, no others: each parser more is attack surface.
Reader open(const fs::path& file) {
  Reader reader(archive_read_new());
  TORCH_CHECK(reader, "libarchive cannot start: out of memory");
  archive_read_support_format_zip(reader.get());
  archive_read_support_format_tar(reader.get());
  archive_read_support_filter_gzip(reader.get());
  archive_read_support_filter_bzip2(reader.get());
  archive_read_support_filter_xz(reader.get());
  archive_read_support_filter_zstd(reader.get());
  TORCH_CHECK_VALUE(archive_read_open_filename(reader.get(), file.c_str(), kBlock) == ARCHIVE_OK,
                    "is not an archive that can be read (", why(reader),
                    "); pack it again as .zip or .tar.gz");
  return reader;
}

/// A name that is not in this locale's encoding has no plain form; its UTF-8 form then serves.
std::string path_of(archive_entry* entry) {
  if (const char* path = archive_entry_pathname(entry); path != nullptr) return path;
  const char* path = archive_entry_pathname_utf8(entry);
  return path != nullptr ? path : "";
}

/// Tools write hw/a, ./hw/a and hw\a for one path, and one archive may come from several tools.
fs::path with_slashes(std::string path) {
  std::replace(path.begin(), path.end(), '\\', '/');
  return path;
}

bool climbs_out(const std::string& path) {
  const bool drive = path.size() > 1 && path[1] == ':';
  const auto parts = with_slashes(path);
  return drive || parts.is_absolute() || std::find(parts.begin(), parts.end(), "..") != parts.end();
}

/// Walks an archive once, counting what comes out of it.
class Walk {
 public:
  Walk(const fs::path& file, const ArchiveLimits& limits)
      : limits_(limits), packed_(static_cast<std::int64_t>(fs::file_size(file))) {
    TORCH_CHECK_VALUE(packed_ <= limits.archive_bytes, "has ", packed_, " bytes, at most ",
                      limits.archive_bytes, " are read; hand in the source file alone");
    reader_ = open(file);
  }

  /// Null at the end.
  archive_entry* next() {
    archive_entry* entry = nullptr;
    const int status = archive_read_next_header(reader_.get(), &entry);
    if (status == ARCHIVE_EOF) return nullptr;
    TORCH_CHECK_VALUE(status == ARCHIVE_OK || status == ARCHIVE_WARN, "is corrupt (", why(reader_),
                      "); pack it again");
    TORCH_CHECK_VALUE(++entries_ <= limits_.entries, "holds more than ", limits_.entries,
                      " entries; hand in the source file alone");
    return entry;
  }

  /// The entry's bytes, of which the first `keep` are returned. Skipped data is counted as well: a tar's must
  /// be unpacked to be skipped.
  std::string read(std::int64_t keep) {
    std::string kept;
    std::array<char, kBlock> block;
    for (;;) {
      const auto got = archive_read_data(reader_.get(), block.data(), block.size());
      TORCH_CHECK_VALUE(got >= 0, "is corrupt (", why(reader_), "); pack it again");
      if (got == 0) return kept;
      count(got);
      kept.append(block.data(), std::min<std::int64_t>(got, keep - static_cast<std::int64_t>(kept.size())));
    }
  }

 private:
  void count(std::int64_t bytes) {
    unpacked_ += bytes;
    const bool bomb = unpacked_ > kRatioFrom && unpacked_ / limits_.ratio > packed_;
    TORCH_CHECK_VALUE(unpacked_ <= limits_.unpacked_bytes && !bomb, "unpacks to more than ", unpacked_ >> 20,
                      " MiB from ", packed_, " bytes; hand in the source file alone");
  }

  ArchiveLimits limits_;
  std::int64_t packed_;
  std::int64_t unpacked_ = 0;
  std::int64_t entries_ = 0;
  Reader reader_;
};

std::string read_expected(Walk& walk, archive_entry* entry, const std::string& path, std::int64_t max_bytes) {
  const bool link = archive_entry_hardlink(entry) != nullptr;
  TORCH_CHECK_VALUE(!link && archive_entry_filetype(entry) == AE_IFREG, "holds ", one_line(path),
                    " as a link or device; hand in the file itself");
  TORCH_CHECK_VALUE(!archive_entry_is_encrypted(entry), "is encrypted; pack it without a password");
  auto content = walk.read(max_bytes + 1);
  TORCH_CHECK_VALUE(static_cast<std::int64_t>(content.size()) <= max_bytes, "holds ", one_line(path),
                    " of over ", max_bytes, " bytes; hand in source code alone");
  return content;
}

/// The last file whose path `wanted` takes; it sees that of every file.
Unpacked read_where(const fs::path& archive, const std::function<bool(const std::string&)>& wanted,
                    std::int64_t max_bytes, const ArchiveLimits& limits) {
  Walk walk(archive, limits);
  Unpacked file;
  while (auto* entry = walk.next()) {
    const auto path = path_of(entry);
    TORCH_CHECK_VALUE(!climbs_out(path), "holds the path ", one_line(path),
                      ", which leaves its folder; pack it again");
    const bool folder = archive_entry_filetype(entry) == AE_IFDIR;
    if (!folder && wanted(path)) {
      file = {path, read_expected(walk, entry, path, max_bytes)};
    } else if (!archive_entry_is_encrypted(entry)) {
      walk.read(0);
    }
  }
  return file;
}

}  // namespace

bool is_archive_name(const fs::path& name) {
  const auto text = name.filename().string();
  const auto ends_with = [&](std::string_view ending) {
    return text.size() > ending.size() &&
           text.compare(text.size() - ending.size(), ending.size(), ending) == 0;
  };
  static constexpr std::array<std::string_view, 11> kEndings{
      ".zip", ".tar", ".tgz", ".tar.gz", ".tbz2", ".tar.bz2", ".txz", ".tar.xz", ".tzst", ".tar.zst", ".ZIP"};
  return std::any_of(kEndings.begin(), kEndings.end(), ends_with);
}

Unpacked read_from_archive(const fs::path& archive, const std::string& name, std::int64_t max_bytes,
                           const ArchiveLimits& limits) {
  ExpectedFile candidates(name);
  auto file = read_where(
      archive, [&](const std::string& path) { return candidates.add(path); }, max_bytes, limits);
  candidates.require_one();
  return file;
}

std::string read_path_from_archive(const fs::path& archive, const std::string& path, std::int64_t max_bytes,
                                   const ArchiveLimits& limits) {
  int found = 0;
  const auto wanted = with_slashes(path).lexically_normal();
  const auto is_it = [&](const std::string& other) {
    return with_slashes(other).lexically_normal() == wanted && ++found > 0;
  };
  auto content = read_where(archive, is_it, max_bytes, limits).content;
  TORCH_CHECK_VALUE(found <= 1, "holds ", one_line(path), " twice; pack it again");
  return content;
}

}  // namespace spinlab::grading
