// libspinlab-fork-point.so, preloaded into a compiler in the sandbox. Where it opens the file that SPINLAB_FORK_POINT names, all
// headers read, the compiler becomes a template (sandbox/fork_server.h): each packet on descriptor 3 brings what is to
// be read in that file's place, and a child goes on with it.
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <string>
#include <system_error>
#include <vector>

#include "src/judging/sandbox/fork_server.h"
#include "src/judging/sandbox/system_calls.h"

namespace {

bool reached = false;

bool is_fork_point(const char* path) {
  const char* point = std::getenv("SPINLAB_FORK_POINT");
  return !reached && point != nullptr && std::strcmp(path, point) == 0;
}

/// A file that the compiler has made to write to: it does so before it reads anything.
struct Output {
  int descriptor;
  std::string path;
};
std::vector<Output> outputs;

int make(const char* path, int flags, mode_t mode) {
  return static_cast<int>(::syscall(SYS_openat, AT_FDCWD, path, flags, mode));
}

/// Every child writes to a file of its own.
void renew_outputs() {
  constexpr mode_t kMode = 0666;
  for (const auto& output : outputs) {
    ::unlink(output.path.c_str());
    const int own = make(output.path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, kMode);
    if (own < 0 || ::dup3(own, output.descriptor, O_CLOEXEC) < 0)
      throw std::system_error(errno, std::generic_category(), output.path);
    ::close(own);
  }
}

/// In a child: the descriptor to read from.
int wait_for_submission() {
  reached = true;
  try {
    auto passed = spinlab::sandbox::fork_point(spinlab::sandbox::kControl);
    if (!passed) ::_exit(0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    renew_outputs();
    spinlab::sandbox::forbid_other_processes();
    if (passed->size() == 1) return passed->front().release();
  } catch (const std::exception&) {  // the runner sees that there is no object
  }
  ::_exit(3);
}

int open_file(const char* path, int flags, mode_t mode) {
  if (is_fork_point(path)) return wait_for_submission();
  const int opened = make(path, flags, mode);
  if (!reached && opened >= 0 && (flags & O_CREAT) != 0) outputs.push_back({opened, path});
  return opened;
}

mode_t mode_among(int flags, va_list arguments) {
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
}

}  // namespace

#define SPINLAB_OPEN(name)                                                                       \
  extern "C" __attribute__((visibility("default"))) int name(const char* path, int flags, ...) { \
    va_list arguments;                                                                           \
    va_start(arguments, flags);                                                                  \
    const mode_t mode = mode_among(flags, arguments);                                            \
    va_end(arguments);                                                                           \
    return open_file(path, flags, mode);                                                         \
  }

// The two names that the C library has for it on a 64-bit system.
SPINLAB_OPEN(open)
SPINLAB_OPEN(open64)
