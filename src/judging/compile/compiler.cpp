#include "src/judging/compile/compiler.h"

#include <sys/wait.h>

#include <cmath>

#include "src/core/printable.h"
#include "src/judging/compile/diagnostics.h"
#include "src/judging/compile/toolchain.h"
#include "src/judging/sandbox/captured_run.h"
#include "src/judging/sandbox/process.h"
#include "src/judging/sandbox/sandbox.h"

namespace fs = std::filesystem;

namespace spinlab::judging {
namespace {

constexpr std::size_t kMaxShownBytes = 1 << 14;
constexpr std::uint64_t kMaxObjectBytes = 64 << 20;
constexpr std::uint64_t kMaxCompilerBytes = std::uint64_t{3} << 30;

sandbox::Room room_for(const Assignment& assignment, const Job& job) {
  sandbox::Room room;
  room.with_compiler = true;
  room.readable = {job.source()};
  room.writable = {job.output()};
  // A compiler that lies outside of /usr/bin and /usr/lib brings its own folders.
  const auto compiler = fs::canonical(toolchain().compiler).string();
  if (!compiler.starts_with("/usr/bin") && !compiler.starts_with("/usr/lib"))
    room.readable.push_back(fs::path(compiler).parent_path().parent_path());
  room.limits = {.cpu_seconds = static_cast<std::uint64_t>(std::ceil(assignment.limits.compile_seconds)),
                 .memory_bytes = kMaxCompilerBytes,
                 .file_bytes = kMaxObjectBytes};
  return room;
}

Compilation run(const Assignment& assignment, const std::vector<std::string>& command) {
  const auto deadline = std::chrono::steady_clock::now() +
                        std::chrono::duration_cast<std::chrono::milliseconds>(
                            std::chrono::duration<double>(assignment.limits.compile_seconds));
  const auto ended = sandbox::run_captured(command, deadline, kMaxCompilerOutput);
  if (ended.status == 0) return {true, ended.text};
  if (!ended.status || WIFSIGNALED(*ended.status))
    return stopped(assignment);
  return {false, ended.text};
}

}  // namespace

Compilation stopped(const Assignment& assignment) {
  return {false, "the compiler was stopped after " +
                     std::to_string(static_cast<int>(assignment.limits.compile_seconds)) + " s or at " +
                     std::to_string(kMaxCompilerBytes >> 20) + " MiB"};
}

std::vector<std::string> compile_command(const Assignment& assignment, const Job& job, const fs::path& main_file,
                                         const std::vector<fs::path>& included) {
  const auto& tools = toolchain();
  auto room = room_for(assignment, job);
  for (const auto& path : tools.readable) room.readable.push_back(path);

  std::vector<std::string> command{tools.compiler};
  command.insert(command.end(), tools.flags.begin(), tools.flags.end());
  command.insert(command.end(), {"-include", tools.prelude(assignment.prelude)});
  for (const auto& file : included) command.insert(command.end(), {"-include", file});
  command.insert(command.end(), {"-iquote", job.source(), "-c", main_file, "-o", job.object()});
  if (!job.debugged().empty())
    command.insert(command.end(), {"-g", "-fdebug-prefix-map=" + (job.source() / assignment.file).string() +
                                             "=" + job.debugged().string()});
  return sandbox::sandboxed(room, command);
}

Compilation compile(const Assignment& assignment, const Job& job) {
  auto result = run(assignment, compile_command(assignment, job, job.source() / assignment.file));
  // A message without a place is about the precompiled prelude, not about the submission.
  TORCH_CHECK(result.succeeded || !result.output.starts_with("fatal error: "), "the ", assignment.prelude,
              " prelude of submissions can't be used, build the project again: ", result.output);
  const auto own_lines = cut_to_submission(result.output, job.source());
  const bool nothing_said = own_lines.empty() && !result.succeeded;  // an internal compiler error, say
  result.output = printable(nothing_said ? result.output : own_lines, kMaxShownBytes);
  return result;
}

Compilation link(const Assignment& assignment, const Job& job) {
  const auto& tools = toolchain();
  auto room = room_for(assignment, job);
  room.readable.push_back(tools.exports(assignment.name));
  auto libraries = tools.libraries;
  if (const auto prelude = tools.prelude_library(assignment.prelude); !prelude.empty())
    libraries.push_back(prelude);
  room.readable.insert(room.readable.end(), libraries.begin(), libraries.end());

  std::vector<std::string> command{tools.compiler};
  command.insert(command.end(), tools.link_flags.begin(), tools.link_flags.end());
  if (job.debugged().empty()) command.push_back("-Wl,--strip-debug");
  command.insert(command.end(), {"-o", job.linked(), job.object(), "-Wl,--whole-archive",
                                 tools.exports(assignment.name), "-Wl,--no-whole-archive"});
  command.insert(command.end(), libraries.begin(), libraries.end());
  auto result = run(assignment, sandbox::sandboxed(room, command));
  result.output = printable(cut_link_errors(result.output, assignment.header), kMaxShownBytes);
  return result;
}

}  // namespace spinlab::judging
