#include "tests/datasets/support.h"

#include <archive.h>
#include <archive_entry.h>
#include <c10/util/Exception.h>

namespace spinlab::datasets {

void write_packed(const std::filesystem::path& file, const std::string& content, const std::string& filter) {
  std::filesystem::create_directories(file.parent_path());
  auto* out = archive_write_new();
  if (filter == "gzip") archive_write_add_filter_gzip(out);
  if (filter == "xz") archive_write_add_filter_xz(out);
  archive_write_set_format_raw(out);
  archive_write_set_bytes_in_last_block(out, 1);
  auto* entry = archive_entry_new();
  archive_entry_set_filetype(entry, AE_IFREG);
  bool good = archive_write_open_filename(out, file.c_str()) == ARCHIVE_OK;
  good = good && archive_write_header(out, entry) == ARCHIVE_OK;
  good = good &&
         archive_write_data(out, content.data(), content.size()) == static_cast<la_ssize_t>(content.size());
  good = archive_write_close(out) == ARCHIVE_OK && good;
  archive_entry_free(entry);
  archive_write_free(out);
  TORCH_CHECK(good, file.string(), ": the test could not write it");
}

// The head and tail are copied from the labels of the public Ising set; only the two lengths are put in.
std::string pickled_int64(const std::string& payload) {
  constexpr std::size_t kElementsAt = 77, kBytesAt = 150;
  std::string head(
      "\x80\x03"
      "cnumpy.core.multiarray\n_reconstruct\nq\0"
      "cnumpy\nndarray\nq\x01K\0\x85q\x02"
      "C\x01"
      "bq\x03\x87q\x04Rq\x05"
      "(K\x01J\0q\x02\0\x85q\x06"
      "cnumpy\ndtype\nq\x07X\x02\0\0\0i8q\x08K\0K\x01\x87q\tRq\n(K\x03X\x01\0\0\0<q\x0b"
      "NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0tq\x0c"
      "b\x89"
      "B\0\x88\x13\0",
      154);
  for (int i = 0; i < 4; ++i) {
    head[kElementsAt + i] = static_cast<char>(payload.size() / 8 >> (8 * i));
    head[kBytesAt + i] = static_cast<char>(payload.size() >> (8 * i));
  }
  return head + payload +
         "q\rtq\x0e"
         "b.";
}

}  // namespace spinlab::datasets
