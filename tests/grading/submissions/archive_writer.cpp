#include "tests/grading/submissions/archive_writer.h"

#include <archive.h>
#include <archive_entry.h>
#include <c10/util/Exception.h>

namespace spinlab::grading {
namespace {

void choose_format(archive* writer, const std::filesystem::path& file) {
  if (file.extension() == ".zip") {
    archive_write_set_format_zip(writer);
    return;
  }
  archive_write_set_format_pax_restricted(writer);
  if (file.extension() == ".gz") archive_write_add_filter_gzip(writer);
  if (file.extension() == ".xz") archive_write_add_filter_xz(writer);
}

void write_entry(archive* writer, const PackedEntry& packed) {
  auto* entry = archive_entry_new();
  archive_entry_set_pathname(entry, packed.path.c_str());
  archive_entry_set_filetype(entry, packed.type);
  archive_entry_set_perm(entry, 0644);
  archive_entry_set_size(entry, static_cast<int64_t>(packed.content.size()));
  if (packed.hard)
    archive_entry_set_hardlink(entry, packed.link.c_str());
  else if (!packed.link.empty())
    archive_entry_set_symlink(entry, packed.link.c_str());
  TORCH_CHECK(archive_write_header(writer, entry) >= ARCHIVE_WARN, archive_error_string(writer));
  archive_write_data(writer, packed.content.data(), packed.content.size());
  archive_entry_free(entry);
}

}  // namespace

void write_archive(const std::filesystem::path& file, const std::vector<PackedEntry>& entries) {
  auto* writer = archive_write_new();
  choose_format(writer, file);
  TORCH_CHECK(archive_write_open_filename(writer, file.c_str()) == ARCHIVE_OK, archive_error_string(writer));
  for (const auto& entry : entries) write_entry(writer, entry);
  TORCH_CHECK(archive_write_close(writer) == ARCHIVE_OK, archive_error_string(writer));
  archive_write_free(writer);
}

}  // namespace spinlab::grading
