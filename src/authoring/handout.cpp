#include "src/authoring/handout.h"

#include <c10/util/Exception.h>

#include <sstream>
#include <string_view>

#include "src/core/files.h"
#include "src/judging/answers/answers.h"
#include "src/authoring/master.h"

namespace fs = std::filesystem;

namespace spinlab::authoring {
namespace {

constexpr std::uintmax_t kMaxBytes = 16 << 20;

void add(const judging::Assignment& assignment, const std::string& name, FileTree& files);

/// The headers beside `source` that it includes: what a handed-out file needs to compile goes out with it.
void add_included(const judging::Assignment& assignment, const std::string& source, FileTree& files) {
  constexpr std::string_view kInclude = "#include \"";
  std::istringstream lines(source);
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind(kInclude, 0) != 0) continue;
    const auto name = line.substr(kInclude.size(), line.find('"', kInclude.size()) - kInclude.size());
    const bool beside = name.find('/') == std::string::npos && fs::exists(assignment.folder / name);
    if (beside && files.count(name) == 0) add(assignment, name, files);
  }
}

void add(const judging::Assignment& assignment, const std::string& name, FileTree& files) {
  TORCH_CHECK_VALUE(kept_back().count(name) == 0, assignment.folder.string(), ": the handout would hold ",
                    name, ", which stays with the instructor");
  auto content = read_file(assignment.folder / name, kMaxBytes);
  TORCH_CHECK_VALUE(!has_marker(content), (assignment.folder / name).string(),
                    ": holds a solution marker; only solution.cpp may");
  const auto& kept = files[name] = std::move(content);
  add_included(assignment, kept, files);
}

std::string visible_part(const judging::Assignment& assignment) {
  auto json = read_json(assignment.folder / "assignment.json");
  auto visible = Json::array();
  for (const auto& check : json.at("checks")) {
    if (!check.value("hidden", false)) visible.push_back(check);
  }
  json["checks"] = std::move(visible);
  json.erase("withheld");
  return json.dump(2) + '\n';
}

}  // namespace

const std::set<std::string>& kept_back() {
  static const std::set<std::string> names{"solution.cpp", "hidden_checks.cpp", "mutants.json",
                                           "answer_key.json", "samples.json"};
  return names;
}

bool has_master(const judging::Assignment& assignment) { return fs::exists(assignment.folder / "solution.cpp"); }

std::string stubs(const judging::Assignment& assignment) {
  const auto handed_out = assignment.folder / kStubsFile;
  if (has_master(assignment) || !fs::exists(handed_out)) return Master::load(assignment).stubbed();
  return read_file(handed_out, kMaxBytes);
}

FileTree handout_files(const judging::Assignment& assignment) {
  FileTree files;
  files[assignment.file] = stubs(assignment);
  files["assignment.json"] = visible_part(assignment);
  for (const auto* name : {"README.md", "checks.cpp", "exports.cpp"}) add(assignment, name, files);
  add(assignment, assignment.header, files);
  for (const auto& name : assignment.handout) add(assignment, name, files);
  const auto questions = judging::question_names(assignment.checks);
  if (!questions.empty()) files[judging::kAnswersFile] = judging::answers_text({}, questions);
  return files;
}

void write_handout(const judging::Assignment& assignment, const fs::path& folder) {
  write_tree(handout_files(assignment), folder);
}

}  // namespace spinlab::authoring
