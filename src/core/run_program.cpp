#include "src/core/run_program.h"

#include <c10/util/Exception.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

extern char** environ;

namespace spinlab {
namespace {

using OnLine = std::function<void(const std::string&)>;

std::string drain(int descriptor, const OnLine& on_line) {
  std::string text;
  size_t said = 0;
  char buffer[4096];
  for (ssize_t n; (n = ::read(descriptor, buffer, sizeof buffer)) > 0;) {
    text.append(buffer, n);
    for (size_t end; on_line && (end = text.find('\n', said)) != std::string::npos; said = end + 1)
      on_line(text.substr(said, end - said));
  }
  ::close(descriptor);
  return text;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  return argv;
}

}  // namespace

ProgramEnd run_program(std::vector<std::string> words, std::vector<std::string> environment, const OnLine& on_line) {
  int errors[2];
  TORCH_CHECK(::pipe2(errors, O_CLOEXEC) == 0, "no pipe for ", words[0], ": ", std::strerror(errno));
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, errors[1], STDERR_FILENO);
  pid_t child = 0;
  const int failed = ::posix_spawnp(&child, words[0].c_str(), &actions, nullptr, pointers(words).data(),
                                    environment.empty() ? environ : pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  ::close(errors[1]);
  auto said = drain(errors[0], on_line);
  TORCH_CHECK(failed == 0, words[0], " cannot be started (", std::strerror(failed), "); run ./spinlab once to set it up");
  int status = 0;
  ::waitpid(child, &status, 0);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), std::move(said)};
}

}  // namespace spinlab
