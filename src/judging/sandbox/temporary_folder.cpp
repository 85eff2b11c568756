#include "src/judging/sandbox/temporary_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <mutex>
#include <string>
#include <system_error>

namespace fs = std::filesystem;

namespace spinlab::sandbox {
namespace {

constexpr std::time_t kNewSeconds = 60;
constexpr auto kPrefix = "spinlab-";

fs::path temporary() { return fs::canonical(fs::temp_directory_path()); }

Descriptor opened(const fs::path& folder) {
  return Descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

bool lock(const Descriptor& folder) { return ::flock(folder.get(), LOCK_EX | LOCK_NB) == 0; }

bool is_abandoned(const fs::path& folder) {
  const auto claim = opened(folder);
  struct stat status;
  if (claim.get() < 0 || ::fstat(claim.get(), &status) != 0) return false;
  return status.st_uid == ::geteuid() && std::time(nullptr) - status.st_mtime > kNewSeconds && lock(claim);
}

}  // namespace

void remove_abandoned_folders() {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(temporary(), ignored)) {
    const auto name = entry.path().filename().string();
    if (name.starts_with(kPrefix) && is_abandoned(entry.path())) fs::remove_all(entry.path(), ignored);
  }
}

TemporaryFolder::TemporaryFolder() {
  static std::once_flag swept;
  std::call_once(swept, remove_abandoned_folders);
  auto name = (temporary() / (std::string(kPrefix) + "XXXXXX")).string();
  if (::mkdtemp(name.data()) == nullptr) throw std::system_error(errno, std::generic_category(), name);
  path_ = name;
  claim_ = opened(path_);
  lock(claim_);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void TemporaryFolder::leave_to_next_program() const { ::fcntl(claim_.get(), F_SETFD, 0); }

}  // namespace spinlab::sandbox
