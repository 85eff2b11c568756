#include "src/authoring/project_files.h"

#include <c10/util/Exception.h>

#include <sstream>

#include "src/core/find_program.h"
#include "src/judging/sandbox/captured_run.h"
#include "src/judging/sandbox/process.h"

namespace fs = std::filesystem;

namespace spinlab::authoring {
namespace {

constexpr std::size_t kMaxBytes = 16 << 20;

std::set<std::string> tracked(const fs::path& folder) {
  const auto git = find_program("git");
  TORCH_CHECK_VALUE(!git.empty(), folder.string(),
                    ": is a git checkout, and git is not installed to say which files belong to it");
  const auto listed =
      sandbox::run_captured({git, "-c", "safe.directory=" + folder.string(), "-C", folder, "ls-files", "-z"},
                            std::chrono::steady_clock::now() + std::chrono::minutes(1), kMaxBytes);
  TORCH_CHECK_VALUE(listed.status == 0, folder.string(), ": git does not list its files: ", listed.text);
  std::set<std::string> files;
  std::istringstream names(listed.text);
  for (std::string name; std::getline(names, name, '\0');) files.insert(name);
  return files;
}

bool is_made(const fs::path& name) {
  return name.string()[0] == '.' || name == "build" || name == "runs" || name == "__pycache__";
}

std::set<std::string> all_files(const fs::path& folder) {
  std::set<std::string> files;
  for (auto item = fs::recursive_directory_iterator(folder); item != fs::end(item); ++item) {
    if (item->is_directory() && is_made(item->path().filename()))
      item.disable_recursion_pending();
    else if (!item->is_directory())
      files.insert(item->path().lexically_relative(folder));
  }
  return files;
}

}  // namespace

std::set<std::string> project_files(const fs::path& folder) {
  return fs::exists(folder / ".git") ? tracked(folder) : all_files(folder);
}

}  // namespace spinlab::authoring
