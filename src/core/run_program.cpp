#include "src/core/run_program.h"

#include <c10/util/Exception.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>

extern char** environ;

namespace spinlab {
namespace {

using OnLine = std::function<void(const std::string&)>;
using Clock = std::chrono::steady_clock;
using Words = std::vector<std::string>;

/// A program that runs, and the pipe that it writes to.
struct Started {
  pid_t child = 0;
  int output = -1;
};

std::vector<char*> pointers(Words& words) {
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  return argv;
}

/// `streams`: which of its descriptors write to the pipe.
Started start(Words& words, Words& environment, std::initializer_list<int> streams) {
  int pipe[2];
  TORCH_CHECK(::pipe2(pipe, O_CLOEXEC) == 0, "no pipe for ", words[0], ": ", std::strerror(errno));
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (const int stream : streams) posix_spawn_file_actions_adddup2(&actions, pipe[1], stream);
  Started started{.output = pipe[0]};
  const int failed =
      ::posix_spawnp(&started.child, words[0].c_str(), &actions, nullptr, pointers(words).data(),
                     environment.empty() ? environ : pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  ::close(pipe[1]);
  if (failed != 0) ::close(pipe[0]);
  TORCH_CHECK(failed == 0, words[0], " cannot be started (", std::strerror(failed),
              "); run ./spinlab once to set it up");
  return started;
}

bool readable(int descriptor, Clock::time_point deadline) {
  if (deadline == Clock::time_point::max()) return true;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd entry{descriptor, POLLIN, 0};
    const int ready =
        left <= 0
            ? 0
            : ::poll(&entry, 1, static_cast<int>(std::min<int64_t>(left, std::numeric_limits<int>::max())));
    if (ready >= 0 || errno != EINTR) return ready > 0;
  }
}

ProgramEnd finish(const Started& started, const OnLine& on_line, Clock::time_point deadline) {
  ProgramEnd end;
  size_t said = 0;
  char buffer[4096];
  bool in_time = true;
  while ((in_time = readable(started.output, deadline))) {
    const auto n = ::read(started.output, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    end.said.append(buffer, static_cast<size_t>(n));
    for (size_t line; on_line && (line = end.said.find('\n', said)) != std::string::npos; said = line + 1)
      on_line(end.said.substr(said, line - said));
  }
  ::close(started.output);
  if (!in_time) ::kill(started.child, SIGKILL);
  int status = 0;
  while (::waitpid(started.child, &status, 0) < 0 && errno == EINTR) {
  }
  end.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return end;
}

}  // namespace

ProgramEnd run_program(Words words, Words environment, const OnLine& on_line) {
  return finish(start(words, environment, {STDERR_FILENO}), on_line, Clock::time_point::max());
}

ProgramEnd output_of(Words words, std::chrono::milliseconds patience) {
  Words same;
  return finish(start(words, same, {STDOUT_FILENO, STDERR_FILENO}), nullptr, Clock::now() + patience);
}

}  // namespace spinlab
