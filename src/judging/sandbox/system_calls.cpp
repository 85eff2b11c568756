#include "src/judging/sandbox/system_calls.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <initializer_list>
#include <memory>
#include <system_error>

namespace spinlab::sandbox {
namespace {

using Filter = std::unique_ptr<void, decltype(&::seccomp_release)>;

void check(int result, const char* what) {
  if (result < 0) throw std::system_error(-result, std::generic_category(), what);
}

Filter make_filter(std::uint32_t default_action) {
  Filter filter(::seccomp_init(default_action), &::seccomp_release);
  if (!filter) throw std::system_error(ENOMEM, std::generic_category(), "seccomp_init");
  return filter;
}

/// Names instead of numbers: an older libseccomp does not know every call, and then nothing needs to be said
/// about it.
void add(const Filter& filter, std::uint32_t action, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const int number = ::seccomp_syscall_resolve_name(name);
    if (number == __NR_SCMP_ERROR) continue;
    check(::seccomp_rule_add(filter.get(), action, number, 0), name);
  }
}

/// Where all conditions hold.
void add(const Filter& filter, std::uint32_t action, int number, std::initializer_list<scmp_arg_cmp> conditions) {
  check(::seccomp_rule_add_array(filter.get(), action, number, static_cast<unsigned>(conditions.size()),
                                 conditions.begin()),
        "seccomp_rule_add");
}

void add(const Filter& filter, std::uint32_t action, int number, scmp_arg_cmp condition) {
  add(filter, action, number, {condition});
}

constexpr std::uint32_t kRefuse = SCMP_ACT_ERRNO(EPERM);
constexpr std::uint32_t kUnknown = SCMP_ACT_ERRNO(ENOSYS);  // the C library then takes the older call
constexpr std::uint32_t kAllow = SCMP_ACT_ALLOW;

void allow_memory(const Filter& filter) {
  add(filter, kAllow, {"brk", "munmap", "mprotect", "mremap", "madvise", "mincore"});
  // Shared memory and stacks that grow do not count towards RLIMIT_DATA: private mappings only.
  constexpr std::uint64_t kKind = MAP_SHARED | MAP_PRIVATE | MAP_GROWSDOWN;
  add(filter, kAllow, SCMP_SYS(mmap), SCMP_A3(SCMP_CMP_MASKED_EQ, kKind, MAP_PRIVATE));
}

void allow_files(const Filter& filter) {
  add(filter, kAllow,
      {"read",       "pread64", "readv",      "write",   "writev",     "close",   "lseek",     "open",
       "openat",     "stat",    "lstat",      "fstat",   "newfstatat", "access",  "faccessat", "readlink",
       "readlinkat", "getcwd",  "getdents64", "dup",     "poll",       "ppoll",   "select",    "pselect6",
       "recvfrom",   "recvmsg", "sendto",     "sendmsg", "pipe2",      "eventfd2"});
  add(filter, kAllow, SCMP_SYS(fcntl), SCMP_A1(SCMP_CMP_EQ, F_GETFL));
  add(filter, kAllow, SCMP_SYS(fcntl), SCMP_A1(SCMP_CMP_EQ, F_GETFD));
  add(filter, kAllow, SCMP_SYS(fcntl), SCMP_A1(SCMP_CMP_EQ, F_SETFD));
}

void allow_threads(const Filter& filter) {
  add(filter, kAllow,
      {"futex", "set_robust_list", "rseq", "sched_yield", "sched_getaffinity", "set_tid_address",
       "sched_getparam", "sched_getscheduler", "membarrier", "exit", "exit_group", "getpid", "gettid", "getppid"});
  add(filter, kAllow, SCMP_SYS(clone),
      SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD | CLONE_VM, CLONE_THREAD | CLONE_VM));
  add(filter, kUnknown, {"clone3"});  // its flags lie in memory, where a filter can't look
}

void allow_signals_to_itself(const Filter& filter) {
  const auto self = static_cast<std::uint64_t>(::getpid());
  add(filter, kAllow, {"rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "restart_syscall"});
  add(filter, kAllow, SCMP_SYS(kill), SCMP_A0(SCMP_CMP_EQ, self));
  add(filter, kAllow, SCMP_SYS(tgkill), SCMP_A0(SCMP_CMP_EQ, self));
}

void allow_looking_around(const Filter& filter) {
  add(filter, kAllow,
      {"clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time", "times",
       "getrusage", "getrandom", "getcpu", "sysinfo", "uname", "getrlimit", "getuid", "geteuid", "getgid",
       "getegid", "get_mempolicy", "arch_prctl"});
  // Reading a limit of its own, not setting one, nor finding out who else is there.
  add(filter, kAllow, SCMP_SYS(prlimit64), {SCMP_A0(SCMP_CMP_EQ, 0), SCMP_A2(SCMP_CMP_EQ, 0)});
  add(filter, kUnknown, {"statx", "faccessat2", "openat2", "close_range"});
}

}  // namespace

void forbid_dangerous_calls() {
  const auto filter = make_filter(kAllow);
  add(filter, kRefuse,
      {"socket",
       "socketpair",
       "ptrace",
       "process_vm_readv",
       "process_vm_writev",
       "process_madvise",
       "pidfd_getfd",
       "mount",
       "umount2",
       "pivot_root",
       "chroot",
       "move_mount",
       "open_tree",
       "fsopen",
       "fsmount",
       "fsconfig",
       "fspick",
       "mount_setattr",
       "unshare",
       "setns",
       "bpf",
       "perf_event_open",
       "keyctl",
       "add_key",
       "request_key",
       "userfaultfd",
       "io_uring_setup",
       "io_uring_enter",
       "io_uring_register",
       "init_module",
       "finit_module",
       "delete_module",
       "kexec_load",
       "kexec_file_load",
       "reboot",
       "swapon",
       "swapoff",
       "acct",
       "quotactl",
       "shmget",
       "shmat",
       "shmctl",
       "msgget",
       "semget",
       "mq_open",
       "name_to_handle_at",
       "open_by_handle_at",
       "fanotify_init",
       "lookup_dcookie",
       "settimeofday",
       "clock_settime",
       "clock_adjtime",
       "adjtimex",
       "sethostname",
       "setdomainname",
       "iopl",
       "ioperm",
       "personality",
       "vhangup",
       "syslog",
       "memfd_secret",
       "kcmp"});
  constexpr std::uint64_t kNamespaces = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET |
                                        CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;
  for (std::uint64_t flag = 1; flag <= kNamespaces; flag <<= 1)
    if (flag & kNamespaces) add(filter, kRefuse, SCMP_SYS(clone), SCMP_A0(SCMP_CMP_MASKED_EQ, flag, flag));
  add(filter, kUnknown, {"clone3"});
  check(::seccomp_load(filter.get()), "seccomp_load");
}

void forbid_other_processes() {
  const auto filter = make_filter(kAllow);
  add(filter, kRefuse,
      {"fork", "vfork", "execve", "execveat", "tkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "pidfd_open",
       "pidfd_send_signal"});
  add(filter, kRefuse, SCMP_SYS(clone), SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));
  add(filter, kUnknown, {"clone3"});
  const auto self = static_cast<std::uint64_t>(::getpid());
  add(filter, kRefuse, SCMP_SYS(kill), SCMP_A0(SCMP_CMP_NE, self));
  add(filter, kRefuse, SCMP_SYS(tgkill), SCMP_A0(SCMP_CMP_NE, self));
  check(::seccomp_load(filter.get()), "seccomp_load");
}

void allow_only_computing() {
  const auto filter = make_filter(kRefuse);
  allow_memory(filter);
  allow_files(filter);
  allow_threads(filter);
  allow_signals_to_itself(filter);
  allow_looking_around(filter);
  check(::seccomp_load(filter.get()), "seccomp_load");
}

}  // namespace spinlab::sandbox
