#include "src/judging/sandbox/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <thread>
#include <utility>

namespace fs = std::filesystem;

namespace spinlab::sandbox {
namespace {

[[noreturn]] void fail(int error, const std::string& what) {
  throw std::system_error(error, std::generic_category(), what);
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> all;
  for (auto& string : strings) all.push_back(string.data());
  all.push_back(nullptr);
  return all;
}

std::vector<std::string> plain_environment() {
  return {"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "LANG=C.UTF-8"};
}

class FileActions {
 public:
  FileActions() { ::posix_spawn_file_actions_init(&actions_); }
  ~FileActions() { ::posix_spawn_file_actions_destroy(&actions_); }
  void place(int from, int to) {
    if (from >= 0)
      ::posix_spawn_file_actions_adddup2(&actions_, from, to);
    else if (to <= 2)
      ::posix_spawn_file_actions_addopen(&actions_, to, "/dev/null", O_RDWR, 0);
  }
  void change_folder(const fs::path& folder) {
    if (!folder.empty()) ::posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str());
  }
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

class Attributes {
 public:
  explicit Attributes(Group group) {
    ::posix_spawnattr_init(&attributes_);
    if (group == Group::kItsOwn) ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP);
  }
  ~Attributes() { ::posix_spawnattr_destroy(&attributes_); }
  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_;
};

Pair make_pipe(bool read) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) fail(errno, "pipe2");
  if (!read) std::swap(ends[0], ends[1]);
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

}  // namespace

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

Descriptor::Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(number_, other.number_);
  return *this;
}

int Descriptor::release() { return std::exchange(number_, -1); }

Pair reading_pipe() { return make_pipe(true); }
Pair writing_pipe() { return make_pipe(false); }

Pair socket_pair(int type) {
  int ends[2];
  if (::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends) != 0) fail(errno, "socketpair");
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

Process::Process(const std::vector<std::string>& command, const Streams& streams, bool keep_environment,
                 const fs::path& folder, Group group)
    : group_(group) {
  FileActions actions;
  actions.change_folder(folder);
  actions.place(streams.input, 0);
  actions.place(streams.output, 1);
  actions.place(streams.error, 2);
  actions.place(streams.channel, 3);
  auto arguments = command;
  auto environment = plain_environment();
  const int error =
      ::posix_spawn(&pid_, command.front().c_str(), actions.get(), Attributes(group).get(), pointers(arguments).data(),
                    keep_environment ? environ : pointers(environment).data());
  if (error != 0) fail(error, "starting " + command.front());
}

Process::~Process() {
  kill();
  wait_until(std::chrono::steady_clock::time_point::max());
}

std::optional<int> Process::wait_until(std::chrono::steady_clock::time_point deadline) {
  using namespace std::chrono_literals;
  for (auto pause = 1ms; !status_; pause = std::min(2 * pause, 20ms)) {
    if (has_ended()) {
      kill();  // the rest of its group, while nobody else can have its number
      int status = 0;
      ::waitpid(pid_, &status, 0);
      status_ = status;
    }
    if (status_ || std::chrono::steady_clock::now() >= deadline) break;
    std::this_thread::sleep_for(pause);
  }
  return status_;
}

bool Process::has_ended() const {
  siginfo_t info{};
  const int error = ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT);
  return info.si_pid == pid_ || (error != 0 && errno == ECHILD);
}

/// bubblewrap's first child waits for its parent before it asks to die with it: one that is killed just then would leave the
/// child waiting for ever.
void Process::kill() {
  if (!status_) ::kill(group_ == Group::kItsOwn ? -pid_ : pid_, SIGKILL);
}

std::string describe_status(int status) {
  if (WIFEXITED(status)) return "exit status " + std::to_string(WEXITSTATUS(status));
  const int signal = WTERMSIG(status);
  const char* name = ::sigabbrev_np(signal);
  return std::string("signal SIG") + (name == nullptr ? "?" : name) + " (" + ::strsignal(signal) + ")";
}

}  // namespace spinlab::sandbox
