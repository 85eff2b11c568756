#include "src/grading/authoring/handout.h"

#include <c10/util/Exception.h>
#include <unistd.h>

#include <set>
#include <sstream>
#include <string_view>

#include "src/core/files.h"
#include "src/grading/authoring/master.h"

namespace fs = std::filesystem;

namespace spinlab::grading {
namespace {

constexpr std::uintmax_t kMaxBytes = 16 << 20;
using Files = std::map<std::string, std::string>;

/// What the instructor keeps, whoever names or includes it.
const std::set<std::string>& kept_back() {
  static const std::set<std::string> names{"solution.cpp", "hidden_checks.cpp", "mutants.json",
                                           "answers.json", "samples.json"};
  return names;
}

void add(const Assignment& assignment, const std::string& name, Files& files);

/// The headers beside `source` that it includes: what a handed-out file needs to compile goes out with it.
void add_included(const Assignment& assignment, const std::string& source, Files& files) {
  constexpr std::string_view kInclude = "#include \"";
  std::istringstream lines(source);
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind(kInclude, 0) != 0) continue;
    const auto name = line.substr(kInclude.size(), line.find('"', kInclude.size()) - kInclude.size());
    const bool beside = name.find('/') == std::string::npos && fs::exists(assignment.folder / name);
    if (beside && files.count(name) == 0) add(assignment, name, files);
  }
}

void add(const Assignment& assignment, const std::string& name, Files& files) {
  TORCH_CHECK_VALUE(kept_back().count(name) == 0, assignment.folder.string(), ": the handout would hold ",
                    name, ", which stays with the instructor");
  auto content = read_file(assignment.folder / name, kMaxBytes);
  TORCH_CHECK_VALUE(!has_marker(content), (assignment.folder / name).string(),
                    ": holds a solution marker; only solution.cpp may");
  const auto& kept = files[name] = std::move(content);
  add_included(assignment, kept, files);
}

std::string visible_part(const Assignment& assignment) {
  auto json = read_json(assignment.folder / "assignment.json");
  auto visible = Json::array();
  for (const auto& check : json.at("checks")) {
    if (!check.value("hidden", false)) visible.push_back(check);
  }
  json["checks"] = std::move(visible);
  return json.dump(2) + '\n';
}

void require_empty(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(fs::symlink_status(folder, error))) return;
  TORCH_CHECK_VALUE(fs::is_directory(folder, error), folder.string(),
                    ": not a folder; name one that does not exist");
  TORCH_CHECK_VALUE(fs::is_empty(folder, error), folder.string(),
                    ": this folder is not empty; name another, nothing is overwritten");
}

}  // namespace

std::map<std::string, std::string> handout_files(const Assignment& assignment) {
  Files files;
  files[assignment.file] = Master::load(assignment).stubbed();
  files["assignment.json"] = visible_part(assignment);
  for (const auto* name : {"README.md", "checks.cpp", "exports.cpp"}) add(assignment, name, files);
  add(assignment, assignment.header, files);
  for (const auto& name : assignment.handout) add(assignment, name, files);
  return files;
}

void write_handout(const Assignment& assignment, const fs::path& folder) {
  require_empty(folder);
  const auto files = handout_files(assignment);
  auto aside = fs::absolute(folder / "").parent_path();
  aside += ".part" + std::to_string(::getpid());
  try {
    for (const auto& [name, content] : files) write_file(aside / name, content);
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

}  // namespace spinlab::grading
