#include "src/judging/checker/runner_connection.h"

#include <ATen/Parallel.h>
#include <c10/util/Exception.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <iostream>

#include "src/core/errors.h"
#include "src/judging/sandbox/fork_server.h"

namespace spinlab::judging {
namespace {

constexpr std::size_t kPassed = 3;  // channel, log, worker

/// Beside what the template took: LibTorch's own tables may be large.
void limit_memory(std::uint64_t bytes) {
  std::ifstream pages("/proc/self/statm");
  std::uint64_t data = 0;
  for (int field = 0; field < 6; ++field) pages >> data;  // the sixth: data and stack
  const auto most = data * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)) + bytes;
  const rlimit limit{most, most};
  TORCH_CHECK(pages && ::setrlimit(RLIMIT_DATA, &limit) == 0, "the checker's memory can't be limited");
}

void serve_one(std::vector<sandbox::Descriptor> passed, const std::function<void(RunnerConnection&)>& serve) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (passed.size() != kPassed) return;
  for (const int stream : {STDOUT_FILENO, STDERR_FILENO}) ::dup2(passed[1].get(), stream);
  report_errors(
      [&] {
        RunnerConnection runner(std::move(passed[0]), std::move(passed[2]));
        limit_memory(runner.settings().limits.checker_bytes());
        serve(runner);
        return ExitCode::kDone;
      },
      std::cerr);
  std::cout.flush();
}

}  // namespace

RunnerConnection::RunnerConnection(sandbox::Descriptor channel, sandbox::Descriptor worker)
    : channel_(std::move(channel)), worker_(std::move(worker)) {
  const auto line = next_request();
  TORCH_CHECK_VALUE(Json::accept(line), "the runner sent no settings");
  settings_ = checker_settings(Json::parse(line));
}

std::string RunnerConnection::next_request() {
  std::array<char, 1 << 12> buffer;
  for (;;) {
    if (const auto end = unread_.find('\n'); end != std::string::npos) {
      auto line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      return line;
    }
    const auto got = ::read(channel_.get(), buffer.data(), buffer.size());
    if (got <= 0) return "";
    unread_.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

void RunnerConnection::write(const Json& line) const {
  const auto text = line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  for (std::size_t sent = 0; sent < text.size();) {
    const auto count = ::send(channel_.get(), text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
    TORCH_CHECK(count > 0, "nobody reads the report");
    sent += static_cast<std::size_t>(count);
  }
}

void serve_runner(const std::function<void(RunnerConnection&)>& serve) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  TORCH_CHECK_VALUE(::fcntl(sandbox::kControl, F_GETFD) >= 0,
                    "this program is started by spinlab; run: ./spinlab check");
  ::fcntl(sandbox::kControl, F_SETFD, FD_CLOEXEC);
  // Every processor has a submission or another checker to run; threads of ours that spin beside them would only take
  // the students' time, and would not survive a fork.
  at::set_num_threads(1);
  sandbox::serve_forks(sandbox::kControl,
                       [&](std::vector<sandbox::Descriptor> passed) { serve_one(std::move(passed), serve); });
}

}  // namespace spinlab::judging
