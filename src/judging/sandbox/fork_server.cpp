#include "src/judging/sandbox/fork_server.h"

#include <malloc.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>
#include <system_error>

#include "src/judging/sandbox/packet.h"

namespace spinlab::sandbox {
namespace {

constexpr std::size_t kMaxPacketBytes = 16;
constexpr std::uintptr_t kHugePage = 2 << 20;
#ifndef MADV_COLLAPSE
constexpr int MADV_COLLAPSE = 25;
#endif

/// Copies of the page tables, and dropping them, are most of what a child costs: for LibTorch's 50 MB of registered
/// operators 2.7 ms, and .85 ms when these lie in huge pages. Where the kernel has none (before Linux 6.1) all stays.
void use_huge_pages_for_heap() {
  auto block = reinterpret_cast<std::uintptr_t>(::sbrk(0)) & ~(kHugePage - 1);
  do block -= kHugePage;
  while (::madvise(reinterpret_cast<void*>(block), kHugePage, MADV_COLLAPSE) == 0);
}

/// To give a freed tensor's memory back to the kernel, and to get it again for the next one, was a sixth of what the checks
/// of 08 took.
void keep_freed_memory() {
  constexpr int kLargest = 32 << 20, kKept = 128 << 20;
  ::mallopt(M_MMAP_THRESHOLD, kLargest);
  ::mallopt(M_TRIM_THRESHOLD, kKept);
}

void answer(int control, const Descriptor& child) {
  send_packet(control, "child", child.get() < 0 ? std::vector<int>{} : std::vector<int>{child.get()});
}

}  // namespace

Descriptor descriptor_of(pid_t child) {
  return Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
}

std::optional<std::vector<Descriptor>> fork_point(int control) {
  use_huge_pages_for_heap();
  keep_freed_memory();
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
