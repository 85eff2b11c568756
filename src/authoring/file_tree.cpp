#include "src/authoring/file_tree.h"

#include <c10/util/Exception.h>
#include <unistd.h>

#include "src/core/files.h"

namespace fs = std::filesystem;

namespace spinlab::authoring {
namespace {

void require_empty(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(fs::symlink_status(folder, error))) return;
  TORCH_CHECK_VALUE(fs::is_directory(folder, error), folder.string(),
                    ": not a folder; name one that does not exist");
  TORCH_CHECK_VALUE(fs::is_empty(folder, error), folder.string(),
                    ": this folder is not empty; name another, nothing is overwritten");
}

void write_one(const fs::path& file, const std::string& content) {
  constexpr auto kRun = fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec;
  write_file(file, content);
  if (content.starts_with("#!")) fs::permissions(file, kRun, fs::perm_options::add);
}

}  // namespace

void write_tree(const FileTree& tree, const fs::path& folder) {
  require_empty(folder);
  auto aside = fs::absolute(folder / "").parent_path();
  aside += ".part" + std::to_string(::getpid());
  try {
    for (const auto& [name, content] : tree) write_one(aside / name, content);
    std::error_code error;
    fs::rename(aside, folder, error);
    TORCH_CHECK(!error, folder.string(), ": cannot be written (", error.message(),
                "); choose another folder");
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(aside, ignored);
    throw;
  }
}

}  // namespace spinlab::authoring
