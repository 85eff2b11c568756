#include "src/judging/sandbox/sandbox.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "src/judging/sandbox/bubblewrap.h"
#include "src/judging/sandbox/program_path.h"

namespace fs = std::filesystem;

namespace spinlab::sandbox {
namespace {

/// A number of no account. Each grading process has its own, so that two at a time share no process limit;
/// below 65536, since containers often map no more.
uid_t sandbox_user() { return 64512 + static_cast<uid_t>(::getpid()) % 512; }

/// Whether users who own nothing may enter all folders above `path`.
bool is_open_to_others(const fs::path& path) {
  for (auto folder = path.parent_path(); folder != folder.root_path(); folder = folder.parent_path())
    if ((fs::status(folder).permissions() & fs::perms::others_exec) == fs::perms::none) return false;
  return true;
}

/// Root becomes somebody else: in a file tree of our making always, outside of one where that user can reach
/// our programs.
bool changes_user() {
  return ::geteuid() == 0 && (bubblewrap_works() || is_open_to_others(program_path("spinlab-confine")));
}

void append(std::vector<std::string>& line, const std::string& option, const std::vector<fs::path>& paths) {
  for (const auto& path : paths) {
    line.push_back(option);
    line.push_back(path);
  }
}

std::vector<std::string> confined(const Policy& policy, const std::vector<std::string>& command) {
  const auto& limits = policy.limits;
  std::vector<std::string> line{program_path("spinlab-confine"),        "--cpu-seconds",
                                std::to_string(limits.cpu_seconds),  "--memory-bytes",
                                std::to_string(limits.memory_bytes), "--file-bytes",
                                std::to_string(limits.file_bytes),   "--open-files",
                                std::to_string(limits.open_files),   "--processes",
                                std::to_string(limits.processes)};
  if (changes_user()) line.insert(line.end(), {"--user", std::to_string(sandbox_user())});
  append(line, "--read", system_paths(policy.with_compiler));
  append(line, "--read", policy.readable);
  append(line, "--write", policy.writable);
  append(line, "--write", {"/dev/null"});
  for (const auto& setting : policy.environment) line.insert(line.end(), {"--env", setting});
  line.push_back("--");
  line.insert(line.end(), command.begin(), command.end());
  return line;
}

}  // namespace

std::vector<std::string> sandboxed(const Policy& policy, const std::vector<std::string>& command) {
  auto line = bubblewrap_works() ? bubblewrap(policy) : std::vector<std::string>{};
  const auto inner = confined(policy, command);
  line.insert(line.end(), inner.begin(), inner.end());
  return line;
}

void let_in(const fs::path& folder) {
  if (changes_user() && !bubblewrap_works()) fs::permissions(folder, fs::perms(0711));
}

void hand_over(const fs::path& folder) {
  if (changes_user() && ::chown(folder.c_str(), sandbox_user(), sandbox_user()) != 0)
    throw std::system_error(errno, std::generic_category(), folder.string());
}

}  // namespace spinlab::sandbox
