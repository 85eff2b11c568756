#include "tests/support/process.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <exception>

namespace spinlab {

Process::Process(const std::function<void()>& body) : id_(::fork()) {
  if (id_ != 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  try {
    body();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    ::_exit(1);
  }
  ::_exit(0);
}

bool Process::is_running() const { return ::waitpid(id_, nullptr, WNOHANG) == 0; }

void Process::kill() {
  if (id_ <= 0) return;
  ::kill(id_, SIGKILL);
  wait();
}

int Process::wait() {
  int status = 0;
  ::waitpid(std::exchange(id_, 0), &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace spinlab
