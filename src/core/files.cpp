#include "src/core/files.h"

#include <c10/util/Exception.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

namespace fs = std::filesystem;

namespace spinlab {
namespace {

void sync(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  TORCH_CHECK(descriptor >= 0, path.string(), ": ", std::strerror(errno));
  const int failed = ::fsync(descriptor) == 0 ? 0 : errno;
  ::close(descriptor);
  TORCH_CHECK(failed == 0 || failed == EINVAL, path.string(),
              ": could not be written to the disk: ", std::strerror(failed));
}

void make_folder(const fs::path& folder) {
  if (folder.empty()) return;
  std::error_code error;
  fs::create_directories(folder, error);
  TORCH_CHECK(!error, folder.string(), ": this folder cannot be made (", error.message(),
              "); choose one that you may write to");
}

/// Another program may replace the file meanwhile: one byte more is read than is expected.
bool holds_already(const fs::path& file, std::string_view content) {
  std::error_code error;
  if (!fs::is_regular_file(fs::symlink_status(file, error))) return false;
  std::string now(content.size() + 1, '\0');
  std::ifstream in(file, std::ios::binary);
  in.read(now.data(), static_cast<std::streamsize>(now.size()));
  return static_cast<size_t>(in.gcount()) == content.size() && now.compare(0, content.size(), content) == 0;
}

}  // namespace

std::string read_file(const fs::path& file, std::uintmax_t max_bytes) {
  std::error_code error;
  TORCH_CHECK_VALUE(fs::exists(file, error), file.string(), ": no such file");
  TORCH_CHECK_VALUE(fs::is_regular_file(file, error), file.string(), ": not a regular file");
  const auto size = fs::file_size(file, error);
  TORCH_CHECK_VALUE(!error && size <= max_bytes, file.string(), ": ", size, " bytes, at most ", max_bytes,
                    " are read");
  std::ifstream in(file, std::ios::binary);
  TORCH_CHECK_VALUE(in, file.string(), ": cannot be read (", std::strerror(errno), ")");
  std::string content(size, '\0');
  in.read(content.data(), static_cast<std::streamsize>(size));
  content.resize(in.gcount());
  return content;
}

void write_file(const fs::path& file, std::string_view content) {
  write_file_with(file, [&](const fs::path& aside) {
    std::ofstream out(aside, std::ios::binary);
    out.write(content.data(), static_cast<std::streamsize>(content.size()));
    out.close();
    TORCH_CHECK(out, file.string(), ": cannot be written (", std::strerror(errno),
                "); free some disk or choose another folder");
  });
}

void update_file(const fs::path& file, std::string_view content) {
  if (!holds_already(file, content)) write_file(file, content);
}

void write_file_with(const fs::path& file, const std::function<void(const fs::path&)>& writer) {
  std::error_code error;
  TORCH_CHECK_VALUE(!fs::exists(file, error) || fs::is_regular_file(file, error), file.string(),
                    ": is no regular file, and is not replaced by one; choose another name");
  make_folder(file.parent_path());
  auto aside = file;
  aside += ".part" + std::to_string(::getpid());
  try {
    writer(aside);
    sync(aside);
    fs::rename(aside, file);
  } catch (...) {
    std::error_code ignored;
    fs::remove(aside, ignored);
    throw;
  }
}

void make_writable_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  TORCH_CHECK(!error && ::access(folder.c_str(), W_OK) == 0, folder.string(),
              ": results cannot be written here; give --out a folder that you may write to");
}

fs::path root() {
  const char* set = std::getenv("SPINLAB_ROOT");
  return set != nullptr && *set != '\0' ? fs::path(set) : fs::path(SPINLAB_SOURCE_DIR);
}

fs::path program_folder() { return fs::read_symlink("/proc/self/exe").parent_path(); }

}  // namespace spinlab
