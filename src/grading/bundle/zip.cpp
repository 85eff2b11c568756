#include "src/grading/bundle/zip.h"

#include <archive.h>
#include <archive_entry.h>
#include <c10/util/Exception.h>

#include <memory>

#include "src/core/files.h"

namespace spinlab::grading {
namespace {

constexpr std::time_t kTime =
    1577880000;  // noon of 2020-01-01: zip has no dates before 1980, and local times

struct Free {
  void operator()(archive* writer) const { archive_write_free(writer); }
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};

void check(int status, archive* writer, const std::filesystem::path& file) {
  TORCH_CHECK(status >= ARCHIVE_WARN, file.string(), ": cannot be written (", archive_error_string(writer),
              "); free some disk or choose another folder");
}

void add(archive* writer, const ZipEntry& added, const std::filesystem::path& file) {
  const std::unique_ptr<archive_entry, Free> entry(archive_entry_new());
  archive_entry_set_pathname(entry.get(), added.path.c_str());
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), added.executable ? 0755 : 0644);
  archive_entry_set_mtime(entry.get(), kTime, 0);
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(added.content.size()));
  check(archive_write_header(writer, entry.get()), writer, file);
  const auto written = archive_write_data(writer, added.content.data(), added.content.size());
  check(written == static_cast<la_ssize_t>(added.content.size()) ? ARCHIVE_OK : ARCHIVE_FATAL, writer, file);
}

}  // namespace

void write_zip(const std::filesystem::path& file, const std::vector<ZipEntry>& entries) {
  write_file_with(file, [&](const std::filesystem::path& aside) {
    const std::unique_ptr<archive, Free> writer(archive_write_new());
    check(archive_write_set_format_zip(writer.get()), writer.get(), file);
    check(archive_write_open_filename(writer.get(), aside.c_str()), writer.get(), file);
    for (const auto& entry : entries) add(writer.get(), entry, file);
    check(archive_write_close(writer.get()), writer.get(), file);
  });
}

}  // namespace spinlab::grading
