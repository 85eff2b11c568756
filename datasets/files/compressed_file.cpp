#include "datasets/files/compressed_file.h"

#include <archive.h>
#include <archive_entry.h>
#include <c10/util/Exception.h>

#include <algorithm>

#include "src/core/called_as.h"

namespace fs = std::filesystem;

namespace spinlab::datasets {
namespace {

constexpr std::size_t kBlock = 1 << 18;

std::string reason(archive* reader) {
  const char* text = archive_error_string(reader);
  return text == nullptr ? "the archive reader gives no reason" : text;
}

}  // namespace

void CompressedFile::Close::operator()(archive* reader) const { archive_read_free(reader); }

CompressedFile::CompressedFile(const fs::path& file, std::string remedy)
    : file_(file), remedy_(std::move(remedy)), reader_(archive_read_new()) {
  std::error_code error;
  if (!fs::is_regular_file(file, error)) fail("not a readable file");
  const auto size = fs::file_size(file, error);
  if (error || size == 0) fail("an empty or unreadable file");
  archive_read_support_filter_gzip(reader_.get());
  archive_read_support_filter_xz(reader_.get());
  archive_read_support_format_raw(reader_.get());
  archive_entry* entry = nullptr;
  if (archive_read_open_filename(reader_.get(), file.c_str(), kBlock) != ARCHIVE_OK ||
      archive_read_next_header(reader_.get(), &entry) != ARCHIVE_OK) {
    fail("cannot be unpacked (" + reason(reader_.get()) + ")");
  }
}

std::size_t CompressedFile::read_some(void* to, std::size_t size) {
  const auto got = archive_read_data(reader_.get(), to, size);
  if (got < 0)
    fail("damaged after " + std::to_string(offset_) + " unpacked bytes (" + reason(reader_.get()) + ")");
  offset_ += got;
  return got;
}

void CompressedFile::read(void* to, std::size_t size) {
  auto* bytes = static_cast<char*>(to);
  for (std::size_t done = 0; done < size;) {
    const auto got = read_some(bytes + done, size - done);
    if (got == 0) {
      fail("cut short: " + std::to_string(size - done) + " bytes are missing after " +
           std::to_string(offset_));
    }
    done += got;
  }
}

std::string CompressedFile::read_rest(std::size_t max_bytes) {
  std::string text;
  for (std::size_t got = 1; got > 0;) {
    const auto done = text.size();
    if (done > max_bytes) fail("longer than " + std::to_string(max_bytes) + " bytes");
    text.resize(done + kBlock);
    got = read_some(text.data() + done, kBlock);
    text.resize(done + got);
  }
  return text;
}

void CompressedFile::expect_end() {
  char extra;
  if (read_some(&extra, 1) != 0)
    fail("more bytes follow where the file should end after " + std::to_string(offset_ - 1));
}

void CompressedFile::fail(const std::string& what) const {
  TORCH_CHECK_VALUE(false, file_.string(), ": ", what, "; ", remedy_);
  std::abort();  // TORCH_CHECK_VALUE(false) has thrown
}

std::uint64_t justified_bytes(const fs::path& file) {
  std::error_code error;
  TORCH_CHECK_VALUE(fs::exists(file, error), file.string(), ": no such file");
  TORCH_CHECK_VALUE(fs::is_regular_file(file, error), file.string(), ": not a regular file");
  constexpr std::uint64_t kAlways = 64 << 20, kFactor = 100;
  return kAlways + kFactor * fs::file_size(file);
}

std::string fetch_again(const std::string& dataset) {
  return "get it again with: " + called_as() + " data fetch " + dataset + " --overwrite";
}

}  // namespace spinlab::datasets
