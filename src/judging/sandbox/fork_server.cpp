#include "src/judging/sandbox/fork_server.h"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <system_error>

#include "src/judging/sandbox/packet.h"

namespace spinlab::sandbox {
namespace {

constexpr std::size_t kMaxPacketBytes = 16;

/// Who has this can signal the child and nobody else, even when its number is another process's.
Descriptor descriptor_of(pid_t child) {
  return Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
}

void answer(int control, const Descriptor& child) {
  send_packet(control, "child", child.get() < 0 ? std::vector<int>{} : std::vector<int>{child.get()});
}

}  // namespace

std::optional<std::vector<Descriptor>> fork_point(int control) {
  ::signal(SIGCHLD, SIG_IGN);  // children are reaped by themselves; who waits for one has its descriptor
  send_packet(control, "ready");
  while (auto packet = receive_packet(control, kMaxPacketBytes)) {
    const pid_t started = ::fork();
    if (started < 0) throw std::system_error(errno, std::generic_category(), "fork");
    if (started == 0) {
      ::signal(SIGCHLD, SIG_DFL);
      ::close(control);
      return std::move(packet->descriptors);
    }
    answer(control, descriptor_of(started));
  }
  return std::nullopt;
}

void serve_forks(int control, const std::function<void(std::vector<Descriptor>)>& child) {
  auto passed = fork_point(control);
  if (!passed) return;
  child(std::move(*passed));
  ::_exit(0);
}

}  // namespace spinlab::sandbox
