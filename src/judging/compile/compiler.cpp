#include "src/judging/compile/compiler.h"

#include <signal.h>
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
constexpr std::size_t kMaxCompilerOutput = 1 << 18;
constexpr std::uint64_t kMaxObjectBytes = 64 << 20;
constexpr std::uint64_t kMaxCompilerBytes = std::uint64_t{3} << 30;
constexpr std::uint64_t kMaxOpenFiles = 4096;  // clang keeps those of headers open

sandbox::Policy policy_for(const Assignment& assignment, const BuildFolder& build_folder) {
  sandbox::Policy policy;
  policy.with_compiler = true;
  policy.readable = {build_folder.source()};
  policy.writable = {build_folder.output()};
  // A compiler that lies outside of /usr/bin and /usr/lib brings its own folders.
  const auto compiler = fs::canonical(toolchain().compiler).string();
  if (!compiler.starts_with("/usr/bin") && !compiler.starts_with("/usr/lib"))
    policy.readable.push_back(fs::path(compiler).parent_path().parent_path());
  policy.limits = {.cpu_seconds = static_cast<std::uint64_t>(std::ceil(assignment.limits.compile_seconds)),
                   .memory_bytes = kMaxCompilerBytes,
                   .file_bytes = kMaxObjectBytes,
                   .open_files = kMaxOpenFiles,
                   .processes = sandbox::kOwnProcesses};
  return policy;
}

Compilation run(const Assignment& assignment, const std::vector<std::string>& command) {
  const auto deadline = std::chrono::steady_clock::now() +
                        std::chrono::duration_cast<std::chrono::milliseconds>(
                            std::chrono::duration<double>(assignment.limits.compile_seconds));
  const auto ended = sandbox::run_captured(command, deadline, kMaxCompilerOutput);
  if (ended.status == 0) return {true, ended.text};
  const bool by_time = !ended.status || (WIFSIGNALED(*ended.status) &&
                                         (WTERMSIG(*ended.status) == SIGXCPU || WTERMSIG(*ended.status) == SIGKILL));
  if (by_time) return stopped(assignment.limits.compile_seconds);
  return {false, ended.text};
}

/// Whether the compiler, with the prelude, makes something of an empty file: what fails then is the machine's fault, whatever
/// the submission had it print.
bool compiles_nothing(const Assignment& assignment, const BuildFolder& build_folder) {
  return run(assignment, compile_command(assignment, build_folder, build_folder.empty_file())).succeeded;
}

}  // namespace

Compilation stopped(double seconds) {
  return {false, "the compiler was stopped after " +
                     std::to_string(static_cast<int>(seconds)) + " s"};
}

std::vector<std::string> compile_command(const Assignment& assignment, const BuildFolder& build_folder, const fs::path& main_file,
                                         const MoreForCompiler& more) {
  const auto& tools = toolchain();
  auto policy = policy_for(assignment, build_folder);
  for (const auto* paths : {&tools.readable, &more.readable})
    policy.readable.insert(policy.readable.end(), paths->begin(), paths->end());
  policy.environment = more.environment;

  std::vector<std::string> command{tools.compiler};
  command.insert(command.end(), tools.flags.begin(), tools.flags.end());
  command.insert(command.end(), {"-include", tools.prelude(assignment.prelude)});
  for (const auto& file : more.included) command.insert(command.end(), {"-include", file});
  command.insert(command.end(), {"-iquote", build_folder.source(), "-c", main_file, "-o", build_folder.object()});
  if (!build_folder.debugged().empty())
    command.insert(command.end(), {"-g", "-fdebug-prefix-map=" + (build_folder.source() / assignment.file).string() +
                                             "=" + build_folder.debugged().string()});
  return sandbox::sandboxed(policy, command);
}

Compilation compile(const Assignment& assignment, const BuildFolder& build_folder) {
  auto result = run(assignment, compile_command(assignment, build_folder, build_folder.source() / assignment.file));
  const auto own_lines = cut_to_submission(result.output, build_folder.source());
  const bool nothing_said = own_lines.empty() && !result.succeeded;  // an internal compiler error, say
  TORCH_CHECK(!nothing_said || compiles_nothing(assignment, build_folder),
              "submissions can't be compiled here, build the project again: ", printable(result.output, kMaxShownBytes));
  const auto why = nothing_said ? explain_failure(result.output, kMaxCompilerBytes >> 20, kMaxObjectBytes >> 20) : own_lines;
  result.output = printable(why, kMaxShownBytes);
  return result;
}

Compilation link(const Assignment& assignment, const BuildFolder& build_folder) {
  const auto& tools = toolchain();
  auto policy = policy_for(assignment, build_folder);
  policy.readable.push_back(tools.exports(assignment.name));
  auto libraries = tools.libraries;
  if (const auto prelude = tools.prelude_library(assignment.prelude); !prelude.empty())
    libraries.push_back(prelude);
  policy.readable.insert(policy.readable.end(), libraries.begin(), libraries.end());

  std::vector<std::string> command{tools.compiler};
  command.insert(command.end(), tools.link_flags.begin(), tools.link_flags.end());
  if (build_folder.debugged().empty()) command.push_back("-Wl,--strip-debug");
  command.insert(command.end(), {"-o", build_folder.linked(), build_folder.object(), "-Wl,--whole-archive",
                                 tools.exports(assignment.name), "-Wl,--no-whole-archive"});
  command.insert(command.end(), libraries.begin(), libraries.end());
  auto result = run(assignment, sandbox::sandboxed(policy, command));
  result.output = printable(cut_link_errors(result.output, assignment.header), kMaxShownBytes);
  return result;
}

}  // namespace spinlab::judging
