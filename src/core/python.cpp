#include "src/core/python.h"

#include <c10/util/Exception.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "src/core/files.h"

extern char** environ;

namespace fs = std::filesystem;

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

std::string last_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

/// This program's environment, in which scripts find each other as headers do: by their path in the
/// repository. They leave no compiled copies among the sources.
std::vector<std::string> environment_of_scripts() {
  constexpr std::string_view kPath = "PYTHONPATH=";
  std::string path(kPath);
  path += root().string();
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    if (!text.starts_with(kPath))
      variables.emplace_back(text);
    else if (text.size() > kPath.size())
      path.append(":").append(text.substr(kPath.size()));
  }
  variables.insert(variables.end(), {path, "PYTHONDONTWRITEBYTECODE=1"});
  return variables;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  return argv;
}

}  // namespace

fs::path python() {
  if (const char* set = std::getenv("SPINLAB_PYTHON"); set != nullptr && *set != '\0') return set;
  const auto venv = root() / ".spinlab" / "venv" / "bin" / "python";
  return fs::exists(venv) ? venv : fs::path("python3");
}

void run_python(const fs::path& script, const std::vector<std::string>& arguments, const OnLine& on_line) {
  std::vector<std::string> words{python().string(), script.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  int errors[2];
  TORCH_CHECK(::pipe2(errors, O_CLOEXEC) == 0, "no pipe for ", script.string(), ": ", std::strerror(errno));
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, errors[1], STDERR_FILENO);
  pid_t child = 0;
  auto variables = environment_of_scripts();
  const int failed = ::posix_spawnp(&child, words[0].c_str(), &actions, nullptr, pointers(words).data(),
                                    pointers(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  ::close(errors[1]);
  const auto said = drain(errors[0], on_line);
  TORCH_CHECK(failed == 0, words[0], " cannot be started (", std::strerror(failed),
              "); run ./spinlab once to set it up");
  int status = 0;
  ::waitpid(child, &status, 0);
  TORCH_CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0, script.filename().string(),
              " failed: ", last_line(said));
}

}  // namespace spinlab
