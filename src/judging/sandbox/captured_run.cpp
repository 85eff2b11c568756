#include "src/judging/sandbox/captured_run.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace spinlab::sandbox {
namespace {

using Time = std::chrono::steady_clock::time_point;

bool readable(int descriptor, Time deadline) {
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
  pollfd entry{descriptor, POLLIN, 0};
  return left > 0 && ::poll(&entry, 1, static_cast<int>(left)) > 0;
}

}  // namespace

CapturedProcess::CapturedProcess(const std::vector<std::string>& command, bool keep_environment)
    : CapturedProcess(command, keep_environment, reading_pipe()) {}

/// The pipe's other end is closed here when the program has it.
CapturedProcess::CapturedProcess(const std::vector<std::string>& command, bool keep_environment, Pair pipe)
    : output_(std::move(pipe.ours)),
      process_(command, {.output = pipe.theirs.get(), .error = pipe.theirs.get()}, keep_environment) {}

CapturedRun CapturedProcess::finish(Time deadline, std::size_t max_bytes) {
  CapturedRun run;
  std::array<char, 1 << 14> buffer;
  while (readable(output_.get(), deadline)) {
    const auto got = ::read(output_.get(), buffer.data(), buffer.size());
    if (got <= 0) break;
    run.text.append(buffer.data(), std::min(static_cast<std::size_t>(got), max_bytes - run.text.size()));
  }
  run.status = process_.wait_until(deadline);
  return run;
}

CapturedRun run_captured(const std::vector<std::string>& command, Time deadline, std::size_t max_bytes,
                         bool keep_environment) {
  return CapturedProcess(command, keep_environment).finish(deadline, max_bytes);
}

}  // namespace spinlab::sandbox
