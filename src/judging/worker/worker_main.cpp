// spinlab-worker OBJECT PRELUDE CPU: a template in the sandbox. It loads LibTorch and the prelude's library (where that is not
// empty) once; for each submission it forks a parent, which forks a child for each check, which loads the submission's
// shared object and answers calls. Descriptor 3 takes the runner's packets, each with the control socket of a new
// parent. CPU is the checker's ATEN_CPU_CAPABILITY. The template runs tensor operations on one thread alone: a thread
// pool does not survive a fork.
#include <dlfcn.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string>
#include <thread>

#include "src/judging/sandbox/fork_server.h"
#include "src/judging/worker/child.h"
#include "src/judging/worker/control.h"
#include "src/judging/worker/warm_up.h"

namespace {

using namespace spinlab::judging;
using spinlab::sandbox::Descriptor;

WorkerReply start(const WorkerOrder& order, const char* object, Descriptor socket, pid_t& child) {
  if (child > 0 || socket.get() < 0) return {WorkerReply::kFailed, EINVAL, 0};
  child = ::fork();
  if (child == 0) run_child(order, object, socket.release());
  return child > 0 ? WorkerReply{WorkerReply::kStarted, 0, 0} : WorkerReply{WorkerReply::kFailed, errno, 0};
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

/// Largest resident size of a child beyond its parent's, which has what both were forked with.
std::uint64_t peak_bytes(const rusage& child) {
  rusage own{};
  ::getrusage(RUSAGE_SELF, &own);
  return static_cast<std::uint64_t>(std::max(child.ru_maxrss - own.ru_maxrss, 0L)) << 10;
}

WorkerReply end(const WorkerOrder& order, pid_t& child) {
  if (child <= 0) return {WorkerReply::kFailed, ESRCH, 0};
  rusage usage{};
  const int status =
      reap(child, std::chrono::steady_clock::now() + std::chrono::milliseconds(order.grace_ms), usage);
  child = -1;
  return {WorkerReply::kEnded, status, peak_bytes(usage), cpu_ms(usage)};
}

/// False where it can't be loaded, with the reason on standard error.
bool preload(const char* library) {
  if (*library == '\0' || ::dlopen(library, RTLD_NOW | RTLD_GLOBAL) != nullptr) return true;
  std::cerr << ::dlerror() << '\n';
  return false;
}

/// A parent's life: the checker's orders, until it closes the socket.
void serve_orders(int control, const char* object) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  pid_t child = -1;
  Descriptor passed;
  try {
    send_reply(control, {WorkerReply::kReady, 0, 0}, spinlab::sandbox::descriptor_of(::getpid()).get());
    while (const auto order = receive_order(control, passed)) {
      if (order->kind == WorkerOrder::kStart) {
        const auto reply = start(*order, object, std::move(passed), child);
        send_reply(control, reply, spinlab::sandbox::descriptor_of(child).get());
      } else {
        send_reply(control, end(*order, child));
      }
    }
  } catch (const ChannelClosed&) {  // the checker is gone
  }
  WorkerOrder at_once{.kind = WorkerOrder::kEnd};
  end(at_once, child);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: spinlab-worker OBJECT PRELUDE CPU, with a socket as descriptor 3; started by spinlab\n";
    return 2;
  }
  ::setenv("ATEN_CPU_CAPABILITY", argv[3], 1);
  if (!preload(argv[2])) return 3;
  try {
    warm_up();
    spinlab::sandbox::serve_forks(spinlab::sandbox::kControl, [&](std::vector<Descriptor> passed) {
      if (passed.size() == 1) serve_orders(passed.front().get(), argv[1]);
    });
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 3;
  }
  return 0;
}
