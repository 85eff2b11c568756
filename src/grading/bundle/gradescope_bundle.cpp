#include "src/grading/bundle/gradescope_bundle.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <set>

#include "src/core/escape.h"
#include "src/core/files.h"

namespace fs = std::filesystem;

namespace spinlab::grading {
namespace {

constexpr std::uintmax_t kMaxSource = std::uintmax_t{16} << 20;
constexpr std::uintmax_t kMaxData = std::uintmax_t{1} << 30;

// What ./spinlab looks at before a start, and what goes with it.
constexpr const char* kFiles[] = {"spinlab", "CMakeLists.txt", "CMakePresets.json", "LICENSE", "README.md",
                                  "assignments/CMakeLists.txt"};
constexpr const char* kFolders[] = {"cmake", "src", "datasets", "models", "experiments", "benchmarks"};

ZipEntry entry_of(const fs::path& file, const std::string& path, std::uintmax_t max_bytes) {
  const auto rights = fs::status(file).permissions();
  return {path, read_file(file, max_bytes), (rights & fs::perms::owner_exec) != fs::perms::none};
}

bool passed_over(const fs::path& name) { return name.string()[0] == '.' || name == "__pycache__"; }

void add_folder(const std::string& folder, const std::set<std::string>& left_out,
                std::vector<ZipEntry>& entries) {
  TORCH_CHECK_VALUE(fs::is_directory(root() / folder), (root() / folder).string(),
                    ": no such folder; a bundle is made in a whole checkout of Spinlab");
  auto item = fs::recursive_directory_iterator(root() / folder);
  for (; item != fs::recursive_directory_iterator(); ++item) {
    const auto path = item->path().lexically_relative(root());
    if (passed_over(path.filename()) || left_out.contains(path.filename())) {
      item.disable_recursion_pending();
    } else if (item->is_regular_file() && !item->is_symlink()) {
      entries.push_back(entry_of(item->path(), "project/" + path.string(), kMaxSource));
    }
  }
}

std::string settings(const judging::Assignment& assignment, const std::vector<std::string>& options) {
  auto text = "# Read by run_autograder.\nassignment=" + shell_quoted(assignment.name) + "\noptions=(";
  for (const auto& option : options) text += (&option == &options.front() ? "" : " ") + shell_quoted(option);
  return text + ")\n";
}

}  // namespace

std::vector<ZipEntry> gradescope_bundle(const judging::Assignment& assignment,
                                        const std::vector<DataFile>& data,
                                        const std::vector<std::string>& options) {
  const auto scripts = root() / "src/grading/bundle";
  std::vector<ZipEntry> entries = {
      {"setup.sh", read_file(scripts / "setup.sh", kMaxSource), true},
      {"run_autograder", read_file(scripts / "run_autograder", kMaxSource), true},
      {"settings", settings(assignment, options), false}};
  for (const auto* file : kFiles)
    entries.push_back(entry_of(root() / file, std::string("project/") + file, kMaxSource));
  for (const auto* folder : kFolders) add_folder(folder, {}, entries);
  add_folder("assignments/" + assignment.name,
             {"solution.cpp", "mutants.json", "samples", "samples.json", "similarity", "variants"}, entries);
  if (fs::exists(root() / "assignments/shared")) add_folder("assignments/shared", {"template"}, entries);
  for (const auto& file : data) entries.push_back(entry_of(file.file, "data/" + file.path, kMaxData));
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return entries;
}

}  // namespace spinlab::grading
