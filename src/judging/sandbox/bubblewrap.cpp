#include "src/judging/sandbox/bubblewrap.h"

#include <unistd.h>

#include <cstdlib>
#include <set>

#include "src/core/find_program.h"
#include "src/judging/sandbox/process.h"
#include "src/judging/sandbox/program_path.h"

namespace fs = std::filesystem;

namespace spinlab::sandbox {
namespace {

constexpr auto kTemporaryBytes = "67108864";

void bind(std::vector<std::string>& line, const char* how, const fs::path& path) {
  line.insert(line.end(), {how, path.string(), path.string()});
}

/// /lib and its like are folders of their own on older systems, links into /usr on newer ones.
void bind_system(std::vector<std::string>& line, const fs::path& path) {
  if (path.string().starts_with("/dev"))
    bind(line, "--dev-bind", path);
  else if (fs::is_symlink(path))
    line.insert(line.end(), {"--symlink", fs::read_symlink(path).string(), path.string()});
  else if (fs::exists(path))
    bind(line, "--ro-bind", path);
}

/// bubblewrap makes the folders that a path needs for root alone; the program in the sandbox is somebody
/// else.
void make_parents(std::vector<std::string>& line, const std::vector<fs::path>& paths) {
  std::set<fs::path> parents;  // sorted, so that a folder comes before those in it
  for (const auto& path : paths)
    for (auto parent = path.parent_path(); parent != parent.root_path(); parent = parent.parent_path())
      parents.insert(parent);
  for (const auto& parent : parents) line.insert(line.end(), {"--perms", "0755", "--dir", parent.string()});
}

std::vector<std::string> namespaces() {
  std::vector<std::string> line{find_program("bwrap").string(),
                                "--unshare-pid",
                                "--unshare-net",
                                "--unshare-ipc",
                                "--unshare-uts",
                                "--hostname",
                                "spinlab",
                                "--die-with-parent",
                                "--new-session",
                                "--clearenv",
                                "--setenv",
                                "PATH",
                                "/usr/bin:/bin",
                                "--setenv",
                                "LC_ALL",
                                "C.UTF-8"};
  // Root inside a user namespace would still own the caller's files; outside one it can become another user.
  if (::geteuid() == 0)
    line.insert(line.end(), {"--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"});
  else
    line.insert(line.end(), {"--unshare-user", "--uid", "65534", "--gid", "65534"});
  return line;
}

}  // namespace

std::vector<fs::path> system_paths(bool with_compiler) {
  std::vector<fs::path> paths{"/usr/lib", "/usr/lib32",       "/usr/lib64", "/lib",        "/lib32",
                              "/lib64",   "/etc/ld.so.cache", "/dev/null",  "/dev/urandom"};
  if (with_compiler) paths.insert(paths.end(), {"/usr/bin", "/bin", "/usr/include"});
  return paths;
}

std::vector<std::string> bubblewrap(const Policy& policy) {
  const auto system = system_paths(policy.with_compiler);
  auto readable = policy.readable;
  readable.push_back(program_path("spinlab-confine"));
  auto line = namespaces();
  line.insert(line.end(), {"--size", kTemporaryBytes, "--tmpfs", "/tmp"});
  for (const auto& paths : {system, readable, policy.writable}) make_parents(line, paths);
  for (const auto& path : system) bind_system(line, path);
  for (const auto& path : readable) bind(line, "--ro-bind", path);
  for (const auto& path : policy.writable) bind(line, "--bind", path);
  line.push_back("--");
  return line;
}

bool bubblewrap_works() {
  static const bool works = [] {
    // A container may have no namespaces to give; this tries how grading does there.
    if (std::getenv("SPINLAB_WITHOUT_NAMESPACES") != nullptr || find_program("bwrap").empty()) return false;
    auto line = bubblewrap({});
    line.insert(line.end(), {program_path("spinlab-confine"), "--version"});
    const auto status =
        Process(line, {}, false).wait_until(std::chrono::steady_clock::now() + std::chrono::seconds(60));
    return status == 0;
  }();
  return works;
}

}  // namespace spinlab::sandbox
