#include "src/training/sweeps/fork_pool.h"

#include <c10/util/Exception.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iostream>
#include <map>

#include "src/core/interrupt.h"

namespace spinlab::training {
namespace {

using Children = std::map<pid_t, std::size_t>;

void start(std::size_t index, Children& children, const std::function<int(std::size_t)>& body) {
  std::cout.flush();
  std::cerr.flush();
  const pid_t child = ::fork();
  TORCH_CHECK(child >= 0, "no process can be started: ", std::strerror(errno),
              "; start fewer at a time by -j");
  if (child == 0) {
    int code = 3;
    try {
      code = body(index);
    } catch (...) {  // whatever it is, this process must not go on as its parent
    }
    std::cout.flush();
    std::cerr.flush();
    ::_exit(code);
  }
  children[child] = index;
}

void wait_for_one(Children& children, const std::function<void(std::size_t, int)>& ended) {
  int status = 0;
  const pid_t child = ::waitpid(-1, &status, 0);
  if (child < 0) {
    TORCH_CHECK(errno == EINTR, "a process is lost: ", std::strerror(errno));
    return;
  }
  const auto found = children.find(child);
  if (found == children.end()) return;
  const auto index = found->second;
  children.erase(found);
  ended(index, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

}  // namespace

void fork_each(std::size_t count, int jobs, const std::function<int(std::size_t)>& body,
               const std::function<void(std::size_t, int)>& ended) {
  Children children;
  for (std::size_t next = 0; next < count && !Interrupt::requested();) {
    if (children.size() < static_cast<std::size_t>(jobs)) {
      start(next++, children, body);
    } else {
      wait_for_one(children, ended);
    }
  }
  while (!children.empty()) wait_for_one(children, ended);
}

}  // namespace spinlab::training
