#include "src/grading/submissions/safe_read.h"

#include <c10/util/Exception.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace spinlab::grading {
namespace {

class Descriptor {
 public:
  explicit Descriptor(const std::filesystem::path& file)
      : number_(::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)) {
    TORCH_CHECK_VALUE(number_ >= 0 || errno != ELOOP,
                      "is a symbolic link, which is not followed; hand in the file itself");
    TORCH_CHECK_VALUE(number_ >= 0, "cannot be opened (", std::strerror(errno), ")");
  }
  ~Descriptor() { ::close(number_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

void require_small_file(int descriptor, std::int64_t max_bytes) {
  struct stat status{};
  TORCH_CHECK_VALUE(::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode),
                    "is a pipe, device or folder; hand in a regular file");
  TORCH_CHECK_VALUE(status.st_size <= max_bytes, "has ", status.st_size, " bytes, at most ", max_bytes,
                    " are read; hand in source code alone");
}

}  // namespace

std::string read_without_following(const std::filesystem::path& file, std::int64_t max_bytes) {
  const Descriptor descriptor(file);
  require_small_file(descriptor.number(), max_bytes);
  std::string content(max_bytes + 1, '\0');
  size_t size = 0;
  while (size < content.size()) {
    const auto got = ::read(descriptor.number(), content.data() + size, content.size() - size);
    if (got < 0 && errno == EINTR) continue;
    TORCH_CHECK_VALUE(got >= 0, "cannot be read (", std::strerror(errno), ")");
    if (got == 0) break;
    size += static_cast<size_t>(got);
  }
  TORCH_CHECK_VALUE(static_cast<std::int64_t>(size) <= max_bytes, "grew while it was read; hand it in again");
  content.resize(size);
  return content;
}

}  // namespace spinlab::grading
