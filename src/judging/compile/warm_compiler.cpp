#include "src/judging/compile/warm_compiler.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

#include "src/core/files.h"
#include "src/judging/compile/toolchain.h"

namespace fs = std::filesystem;

namespace spinlab::judging {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kReady(100);  // a compiler that needs longer than that is slower than a new one
constexpr std::chrono::seconds kReads(5);  // all of a source

/// Opens when the compiler has opened its end, which it does when it has read all else.
sandbox::Descriptor open_for_writing(const fs::path& pipe, Clock::time_point deadline) {
  for (;;) {
    sandbox::Descriptor ours(::open(pipe.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC));
    if (ours.get() >= 0 || errno != ENXIO || Clock::now() > deadline) return ours;
    std::this_thread::sleep_for(milliseconds(1));
  }
}

bool write_all(int descriptor, std::string_view text, Clock::time_point deadline) {
  while (!text.empty()) {
    const auto written = ::write(descriptor, text.data(), text.size());
    if (written > 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
      continue;
    }
    pollfd entry{descriptor, POLLOUT, 0};
    if (errno != EAGAIN || Clock::now() > deadline || ::poll(&entry, 1, kReady.count()) < 0) return false;
  }
  return true;
}

}  // namespace

bool WarmCompiler::is_possible() { return toolchain().prelude_libraries; }

WarmCompiler::WarmCompiler(const Assignment& assignment, const Job& job)
    : assignment_(assignment), pipe_(job.source() / assignment.file) {
  if (::mkfifo(pipe_.c_str(), 0644) != 0) return;  // not on every file system
  fs::permissions(pipe_, fs::perms(0644));
  const auto main_file = job.source() / "empty.cpp";
  write_file(main_file, "");
  fs::permissions(main_file, fs::perms(0644));
  compiler_ = std::make_unique<sandbox::CapturedProcess>(
      compile_command(assignment, job, main_file, {toolchain().warm(assignment.prelude), pipe_}));
}

WarmCompiler::~WarmCompiler() = default;

/// The pipe has no name any more before the compiler sees its end: a submission that includes or embeds itself
/// would wait for a second writer.
bool WarmCompiler::write(const std::string& text) const {
  const auto ours = open_for_writing(pipe_, Clock::now() + kReady);
  // Never read from. With it, a compiler that ends early does not end this process by SIGPIPE.
  const int reads = ours.get() < 0 ? -1 : ::open(pipe_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  const sandbox::Descriptor reader(reads);
  fs::remove(pipe_);
  return reader.get() >= 0 && write_all(ours.get(), text, Clock::now() + kReads);
}

std::optional<Compilation> WarmCompiler::compile(const std::string& text) {
  if (!compiler_) return std::nullopt;
  constexpr double kUsedUp = 0.9;  // of the seconds: it has spent some of its processor time on the prelude
  const std::chrono::duration<double> seconds(assignment_.limits.compile_seconds);
  const auto start = Clock::now();
  const auto deadline = start + std::chrono::duration_cast<Clock::duration>(seconds);
  const bool compiled = write(text) && compiler_->finish(deadline, kMaxCompilerOutput).status == 0;
  compiler_.reset();  // one that still runs would write the object under the next one's hands
  if (compiled) return Compilation{true, ""};
  if (Clock::now() - start > kUsedUp * seconds) return stopped(assignment_);
  return std::nullopt;
}

}  // namespace spinlab::judging
