#include "src/judging/compile/compile_server.h"

#include <c10/util/Exception.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/core/files.h"
#include "src/judging/compile/toolchain.h"
#include "src/judging/sandbox/program_path.h"

namespace fs = std::filesystem;

namespace spinlab::judging {
namespace {

using Clock = std::chrono::steady_clock;

/// The text as an open file that no other process can find.
sandbox::Descriptor file_of(const std::string& text) {
  sandbox::Descriptor file(::memfd_create("submission", MFD_CLOEXEC));
  for (std::size_t done = 0; done < text.size();) {
    const auto written = ::write(file.get(), text.data() + done, text.size() - done);
    TORCH_CHECK(written > 0, "no memory for the submission's text");
    done += static_cast<std::size_t>(written);
  }
  ::lseek(file.get(), 0, SEEK_SET);
  return file;
}

}  // namespace

bool CompileServer::is_possible() { return toolchain().prelude_libraries; }

/// A named pipe stands for the submission: of what is no regular file, clang believes no size that it saw before it opened it.
CompileServer::CompileServer(const Assignment& assignment, const BuildFolder& build_folder,
                             std::chrono::milliseconds patience)
    : build_folder_(build_folder),
      seconds_(assignment.limits.compile_seconds),
      patience_(patience),
      pipe_(build_folder.source() / assignment.file) {
  if (::mkfifo(pipe_.c_str(), 0644) != 0) return;  // not on every file system
  fs::permissions(pipe_, fs::perms(0644));
  const auto preloaded = sandbox::program_path("libspinlab-fork-point.so");
  compiler_ = std::make_unique<ForkTemplate>(
      compile_command(assignment, build_folder, build_folder.empty_file(),
                      {.included = {toolchain().warm(assignment.prelude), pipe_},
                       .readable = {preloaded},
                       .environment = {"LD_PRELOAD=" + preloaded.string(), "SPINLAB_FORK_POINT=" + pipe_.string()}}),
      /*keep_environment=*/false, "/dev/null");  // what it says of errors is said again by compile()
}

CompileServer::~CompileServer() = default;

/// Once it is, the pipe has no name any more: a submission that includes or embeds itself would wait for a writer.
bool CompileServer::is_ready() {
  if (!compiler_) return false;
  try {
    if (!compiler_->is_ready(static_cast<int>(patience_.count()))) return false;
  } catch (const c10::Error&) {  // it ended early: the others do without
    compiler_.reset();
    return false;
  }
  fs::remove(pipe_);
  return true;
}

std::optional<std::size_t> CompileServer::started(const sandbox::Descriptor& file) {
  try {
    return compiler_->fork({file.get()});
  } catch (const c10::Error&) {  // it was ready, and ended while it waited
    compiler_.reset();
    return std::nullopt;
  }
}

std::optional<Compilation> CompileServer::compile(const std::string& text) {
  if (!is_ready()) {
    compiler_.reset();  // one that still starts would take the submission's file for its pipe
    fs::remove(pipe_);
    return std::nullopt;
  }
  constexpr double kUsedUp = 0.9;  // of the seconds: as processor time, which ends it too, it has used some before
  const auto file = file_of(text);
  const auto start = Clock::now();
  const auto child = started(file);
  if (!child) return std::nullopt;
  const bool ended = compiler_->end_child(*child, static_cast<int>(1000 * seconds_));
  if (!ended) compiler_.reset();
  if (fs::symlink_status(build_folder_.object()).type() == fs::file_type::regular) return Compilation{true, ""};
  if (Clock::now() - start > std::chrono::duration<double>(kUsedUp * seconds_)) return stopped(seconds_);
  return std::nullopt;
}

}  // namespace spinlab::judging
