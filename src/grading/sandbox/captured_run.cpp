#include "src/grading/sandbox/captured_run.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "src/grading/sandbox/process.h"

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

CapturedRun run_captured(const std::vector<std::string>& command, Time deadline, std::size_t max_bytes,
                         bool keep_environment) {
  auto pipe = reading_pipe();
  Process process(command, {.output = pipe.theirs.get(), .error = pipe.theirs.get()}, keep_environment);
  pipe.theirs = Descriptor();
  CapturedRun run;
  std::array<char, 1 << 14> buffer;
  while (readable(pipe.ours.get(), deadline)) {
    const auto got = ::read(pipe.ours.get(), buffer.data(), buffer.size());
    if (got <= 0) break;
    run.text.append(buffer.data(), std::min(static_cast<std::size_t>(got), max_bytes - run.text.size()));
  }
  run.status = process.wait_until(deadline);
  return run;
}

}  // namespace spinlab::sandbox
