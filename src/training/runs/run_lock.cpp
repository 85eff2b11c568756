#include "src/training/runs/run_lock.h"

#include <c10/util/Exception.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "src/core/files.h"

namespace spinlab::training {

RunLock::RunLock(const std::filesystem::path& folder) {
  make_writable_folder(folder);
  // The folder itself: no file is left over, and a copy of the folder is not held.
  descriptor_ = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  TORCH_CHECK(descriptor_ >= 0, folder.string(), ": cannot be opened (", std::strerror(errno), ")");
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return;
  const auto error = errno;
  ::close(descriptor_);
  TORCH_CHECK_VALUE(error != EWOULDBLOCK, folder.string(),
                    ": another process is at this run; wait for it or stop it, or choose another --out");
  TORCH_CHECK(false, folder.string(), ": cannot be locked (", std::strerror(error), ")");
}

bool RunLock::is_held(const std::filesystem::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool held = ::flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  ::close(descriptor);
  return held;
}

RunLock::~RunLock() { ::close(descriptor_); }

}  // namespace spinlab::training
