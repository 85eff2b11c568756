#include "src/judging/sandbox/limits.h"

#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace spinlab::sandbox {
namespace {

void set(__rlimit_resource resource, std::uint64_t soft, std::uint64_t hard) {
  rlimit present{};
  ::getrlimit(resource, &present);  // only root may raise a hard limit
  const rlimit limit{std::min<rlim_t>(soft, present.rlim_max), std::min<rlim_t>(hard, present.rlim_max)};
  if (::setrlimit(resource, &limit) != 0)
    throw std::system_error(errno, std::generic_category(), "setrlimit");
}

void set(__rlimit_resource resource, std::uint64_t value) { set(resource, value, value); }

}  // namespace

void set_limits(const ProcessLimits& limits) {
  set(RLIMIT_CPU, limits.cpu_seconds,
      limits.cpu_seconds + 1);  // SIGXCPU, and SIGKILL for those that ignore it
  set(RLIMIT_DATA, limits.memory_bytes);
  set(RLIMIT_STACK, limits.stack_bytes);
  set(RLIMIT_FSIZE, limits.file_bytes);
  set(RLIMIT_NOFILE, limits.open_files);
  set(RLIMIT_NPROC, limits.processes);
  if (limits.address_bytes > 0) set(RLIMIT_AS, limits.address_bytes);
  set(RLIMIT_CORE, 0);
  set(RLIMIT_MEMLOCK, 0);
  set(RLIMIT_MSGQUEUE, 0);
}

}  // namespace spinlab::sandbox
