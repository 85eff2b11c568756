#include "src/authoring/handout.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <sstream>
#include <string_view>

#include "src/authoring/master.h"
#include "src/authoring/task_table.h"
#include "src/core/files.h"
#include "src/judging/answers/answers.h"
#include "src/judging/includes.h"

namespace fs = std::filesystem;

namespace spinlab::authoring {
namespace {

constexpr std::uintmax_t kMaxBytes = 16 << 20;
constexpr auto kReadme = "README.md";
constexpr auto kHowToCall =
    "> `spinlab` is the script of that name in the course's folder: call it by its path (`./spinlab` "
    "there),\n"
    "> or put that folder on the PATH once: `export PATH=\"$PATH:/path/to/the/course\"`.\n\n";

/// The files of a tree to hand out: name in the folder, content.
class Handout {
 public:
  explicit Handout(const judging::Assignment& assignment) : assignment_(assignment) {}

  void put(const std::string& name, std::string content) { files_[name] = std::move(content); }

  /// A file of the assignment's folder, or of assignments/shared by its path in the repository, and what it
  /// needs to compile or to run: headers beside it and shared files.
  void add(const std::string& name) {
    if (files_.contains(name)) return;
    TORCH_CHECK_VALUE(!is_kept_back(name), assignment_.folder.string(), ": the handout would hold ", name,
                      ", which stays with the instructor");
    const auto content = content_of(name);
    TORCH_CHECK_VALUE(!has_marker(content), source_of(name).string(),
                      ": holds a solution marker; only solution.cpp may");
    put(name, content);
    for (const auto& needed : needed_by(name, content))
      if (fs::exists(source_of(needed))) add(needed);
  }

  FileTree files() { return std::move(files_); }

 private:
  fs::path source_of(const std::string& name) const {
    return (name.starts_with(kSharedFolder) ? root() : assignment_.folder) / name;
  }

  std::string content_of(const std::string& name) const {
    auto content = read_file(source_of(name), kMaxBytes);
    return name == kReadme ? completed(std::move(content)) : content;
  }

  /// The README with its table of points, which is made from assignment.json, and below its title how
  /// commands are called.
  std::string completed(std::string readme) const {
    if (const auto mark = readme.find(kTaskTableMark); mark != std::string::npos)
      readme.replace(mark, std::min(readme.find('\n', mark), readme.size() - 1) + 1 - mark,
                     task_table(assignment_));
    if (const auto title_end = readme.find("\n\n"); title_end != std::string::npos)
      readme.insert(title_end + 2, kHowToCall);
    return readme;
  }

  static std::vector<std::string> needed_by(const std::string& name, const std::string& content) {
    if (name.ends_with(".py")) return imported(content);
    std::vector<std::string> names;
    for (const auto& included : judging::quoted_includes(content)) {
      if (included.starts_with(kSharedFolder)) names.push_back(included);
      if (included.find('/') == std::string::npos) names.push_back(fs::path(name).parent_path() / included);
    }
    return names;
  }

  /// Python's `from assignments.shared.figure import main` needs assignments/shared/figure.py.
  static std::vector<std::string> imported(const std::string& content) {
    constexpr std::string_view kImport = "from assignments.";
    std::vector<std::string> names;
    std::istringstream lines(content);
    for (std::string word, line; std::getline(lines, line);) {
      if (!line.starts_with(kImport)) continue;
      std::istringstream(line.substr(std::string_view("from ").size())) >> word;
      std::replace(word.begin(), word.end(), '.', '/');
      names.push_back(word + ".py");
    }
    return names;
  }

  const judging::Assignment& assignment_;
  FileTree files_;
};

/// Without the hidden checks, and with the operators of shared groups: it must be read where those are not.
std::string visible_part(const judging::Assignment& assignment) {
  auto json = read_json(assignment.folder / "assignment.json");
  for (auto& task : json.at("tasks")) {
    auto visible = Json::array();
    for (const auto& check : task.at("checks"))
      if (!check.value("hidden", false)) visible.push_back(check);
    task["checks"] = std::move(visible);
  }
  if (json.contains("forbidden")) json["forbidden"] = assignment.forbidden;
  json.erase("withheld");
  return json.dump(2) + '\n';
}

}  // namespace

const std::set<std::string>& kept_back() {
  static const std::set<std::string> names{"solution.cpp", "hidden_checks.cpp", "hidden_checks",
                                           "mutants.json", "answer_key.json",   "samples.json"};
  return names;
}

bool is_kept_back(const fs::path& file) {
  return std::any_of(file.begin(), file.end(), [](const auto& part) { return kept_back().contains(part); });
}

bool has_master(const judging::Assignment& assignment) {
  return fs::exists(assignment.folder / "solution.cpp");
}

std::string stubs(const judging::Assignment& assignment) {
  const auto handed_out = assignment.folder / kStubsFile;
  if (has_master(assignment) || !fs::exists(handed_out)) return Master::load(assignment).stubbed();
  return read_file(handed_out, kMaxBytes);
}

FileTree handout_files(const judging::Assignment& assignment) {
  Handout handout(assignment);
  handout.put(assignment.file, stubs(assignment));
  handout.put("assignment.json", visible_part(assignment));
  for (const auto* name : {kReadme, "calls.h", "checks.cpp"}) handout.add(name);
  handout.add(assignment.header);
  for (const auto& name : assignment.handout) handout.add(name);
  const auto questions = judging::question_names(assignment.checks);
  if (!questions.empty()) handout.put(judging::kAnswersFile, judging::answers_text({}, questions));
  return handout.files();
}

void write_handout(const judging::Assignment& assignment, const fs::path& folder) {
  write_tree(handout_files(assignment), folder);
}

}  // namespace spinlab::authoring
