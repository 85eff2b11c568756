#include "tests/cli/run_spinlab.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "src/core/files.h"

namespace fs = std::filesystem;

namespace spinlab::cli {
namespace {

void redirect(int descriptor, const fs::path& file) {
  const int opened = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  ::dup2(opened, descriptor);
}

}  // namespace

CommandRun run_spinlab(const std::vector<std::string>& arguments) {
  auto name = (fs::temp_directory_path() / "spinlab-run-XXXXXX").string();
  const fs::path folder = ::mkdtemp(name.data());
  const auto program = (program_folder() / "spinlab").string();
  std::vector<char*> argv{const_cast<char*>(program.c_str())};
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const auto child = ::fork();
  if (child == 0) {
    redirect(STDOUT_FILENO, folder / "out");
    redirect(STDERR_FILENO, folder / "err");
    ::execv(program.c_str(), argv.data());
    ::_exit(127);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  CommandRun outcome{WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_file(folder / "out", 1 << 24),
                  read_file(folder / "err", 1 << 24)};
  fs::remove_all(folder);
  return outcome;
}

}  // namespace spinlab::cli
