#include "datasets/files/part_file.h"

#include <c10/util/Exception.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace fs = std::filesystem;

namespace spinlab::datasets {

PartFile::PartFile(const fs::path& path)
    : path_(path), descriptor_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
  TORCH_CHECK(descriptor_ >= 0, path.string(), ": cannot be written (", std::strerror(errno),
              "); choose another folder with --data");
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    ::close(descriptor_);
    TORCH_CHECK(false, path.string(), ": another fetch is writing it; wait for that one to end");
  }
  size_ = ::lseek(descriptor_, 0, SEEK_END);
}

PartFile::~PartFile() { ::close(descriptor_); }

bool PartFile::append(const char* bytes, std::size_t count) {
  while (count > 0) {
    const auto written = ::write(descriptor_, bytes, count);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes += written;
    count -= written;
    size_ += written;
  }
  return true;
}

bool PartFile::restart() {
  if (size_ == 0) return true;
  if (::ftruncate(descriptor_, 0) != 0 || ::lseek(descriptor_, 0, SEEK_SET) != 0) return false;
  size_ = 0;
  return true;
}

void PartFile::sync() const {
  TORCH_CHECK(::fsync(descriptor_) == 0 || errno == EINVAL, path_.string(), ": ", std::strerror(errno));
}

void PartFile::remove() const {
  std::error_code ignored;
  fs::remove(path_, ignored);
}

}  // namespace spinlab::datasets
