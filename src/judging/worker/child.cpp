#include "src/judging/worker/child.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <exception>
#include <stdexcept>
#include <string>

#include "src/judging/sandbox/landlock.h"
#include "src/judging/sandbox/limits.h"
#include "src/judging/sandbox/system_calls.h"

namespace spinlab::judging {
namespace {

constexpr int kSocket = 3;
constexpr double kReportSeconds = 5;
constexpr std::uint64_t kAddressBytes = std::uint64_t{64} << 30;  // LibTorch with CUDA maps ten

/// 0 to 2 are /dev/null, 3 is the socket, and there are no others.
void keep_only(int socket) {
  if (socket != kSocket) ::dup2(socket, kSocket);
  const int nothing = ::open("/dev/null", O_RDWR);
  for (int i = 0; i <= 2; ++i) ::dup2(nothing, i);
  if (::syscall(SYS_close_range, kSocket + 1, ~0U, 0) != 0)
    for (int i = kSocket + 1; i < 1024; ++i) ::close(i);
}

void confine(const WorkerOrder& order, const char* object) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_DUMPABLE, 0);
  sandbox::set_limits(
      {.cpu_seconds = order.cpu_seconds, .memory_bytes = order.memory_bytes, .address_bytes = kAddressBytes});
  // A domain of its own, so that even signals to the worker's parent are refused; nothing is writable any
  // more.
  sandbox::restrict_files(
      {"/usr/lib", "/usr/lib64", "/lib", "/lib64", "/etc/ld.so.cache", "/dev/urandom", object}, {});
  sandbox::allow_only_computing();
}

using Serve = void (*)(int socket, std::uint64_t seed);

/// A constructor of a global object may throw, right through the dynamic loader. dlopen is declared as if nothing ever did, and so
/// the compiler would leave out what catches it.
void* open_library(const char* object) {
  void* (*volatile open)(const char*, int) = ::dlopen;
  const std::string when = "an object outside of all functions threw before any of them was called: ";
  try {
    return open(object, RTLD_NOW | RTLD_LOCAL);
  } catch (const std::exception& error) {
    throw std::runtime_error(when + error.what());
  } catch (...) {
    throw std::runtime_error(when + "something that is no std::exception");
  }
}

Serve load(const char* object) {
  void* handle = open_library(object);
  if (handle == nullptr) throw std::runtime_error(::dlerror());
  auto* serve = reinterpret_cast<Serve>(::dlsym(handle, "spinlab_serve"));
  if (serve == nullptr) throw std::runtime_error(::dlerror());
  return serve;
}

void report(const std::string& what) {
  try {
    Socket(kSocket).send(
        {{{"error", "not loaded"}, {"what", nlohmann::json::binary({what.begin(), what.end()})}}, {}},
        seconds_from_now(kReportSeconds));
  } catch (const std::exception&) {  // the checker sees the socket close
  }
}

}  // namespace

void run_child(const WorkerOrder& order, const char* object, int socket) {
  try {
    keep_only(socket);
    confine(order, object);
    load(object)(kSocket, order.seed);
  } catch (const std::exception& error) {
    report(error.what());
  }
  ::_exit(0);
}

}  // namespace spinlab::judging
