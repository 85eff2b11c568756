// spinlab-worker OBJECT PRELUDE CPU: loads LibTorch and the prelude's library (where that is not empty) once,
// then forks a child for each check, which loads the submission's shared object and answers calls. Runs in
// the sandbox; descriptor 3 is the control socket. CPU is the checker's ATEN_CPU_CAPABILITY. Runs no tensor operation itself: a thread pool does not
// survive a fork.
#include <dlfcn.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string>
#include <thread>

#include "src/judging/worker/child.h"
#include "src/judging/worker/control.h"

namespace {

using namespace spinlab::judging;
using spinlab::sandbox::Descriptor;

constexpr int kControl = 3;

Answer start(const Order& order, const char* object, Descriptor socket, pid_t& child) {
  if (child > 0 || socket.get() < 0) return {Answer::kFailed, EINVAL, 0};
  child = ::fork();
  if (child == 0) run_child(order, object, socket.release());
  return child > 0 ? Answer{Answer::kStarted, 0, 0} : Answer{Answer::kFailed, errno, 0};
}

/// Waits until `deadline`, then kills. A child can't have children of its own, so this leaves nothing behind.
int reap(pid_t child, Deadline deadline, rusage& usage) {
  int status = 0;
  while (std::chrono::steady_clock::now() < deadline) {
    if (::wait4(child, &status, WNOHANG, &usage) == child) return status;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  ::kill(child, SIGKILL);
  ::wait4(child, &status, 0, &usage);
  return status;
}

std::uint64_t cpu_ms(const rusage& usage) {
  const auto ms = [](const timeval& time) { return time.tv_sec * 1000 + time.tv_usec / 1000; };
  return static_cast<std::uint64_t>(ms(usage.ru_utime) + ms(usage.ru_stime));
}

Answer end(const Order& order, pid_t& child) {
  if (child <= 0) return {Answer::kFailed, ESRCH, 0};
  rusage usage{};
  const int status =
      reap(child, std::chrono::steady_clock::now() + std::chrono::milliseconds(order.grace_ms), usage);
  child = -1;
  return {Answer::kEnded, status, static_cast<std::uint64_t>(usage.ru_maxrss) << 10, cpu_ms(usage)};
}

/// False where it can't be loaded, with the reason on standard error.
bool preload(const char* library) {
  if (*library == '\0' || ::dlopen(library, RTLD_NOW | RTLD_GLOBAL) != nullptr) return true;
  std::cerr << ::dlerror() << '\n';
  return false;
}

void serve_orders(const char* object) {
  pid_t child = -1;
  send_answer(kControl, {Answer::kReady, 0, 0});
  Descriptor passed;
  while (const auto order = receive_order(kControl, passed))
    send_answer(kControl, order->kind == Order::kStart ? start(*order, object, std::move(passed), child)
                                                       : end(*order, child));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: spinlab-worker OBJECT PRELUDE CPU, with a control socket as descriptor 3; started by a "
                 "checker\n";
    return 2;
  }
  ::setenv("ATEN_CPU_CAPABILITY", argv[3], 1);
  if (!preload(argv[2])) return 3;
  try {
    serve_orders(argv[1]);
  } catch (const ChannelClosed&) {  // the checker is gone: so are we, and with us the process namespace
  }
  return 0;
}
