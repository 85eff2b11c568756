#include "src/authoring/student_edition.h"

#include <c10/util/Exception.h>

#include "src/authoring/handout.h"
#include "src/authoring/leaks.h"
#include "src/authoring/lint.h"
#include "src/authoring/master.h"
#include "src/authoring/project_files.h"
#include "src/core/files.h"
#include "src/judging/assignment.h"

namespace fs = std::filesystem;

namespace spinlab::authoring {
namespace {

constexpr std::uintmax_t kMaxBytes = 16 << 20;
constexpr auto kReadme = "README.md";
constexpr auto kNote =
    "> This is a student edition: of each assignment it holds what students get, and\n"
    "> [docs/student.md](docs/student.md) is the place to begin. Solutions, hidden checks and expected "
    "answers stay with\n"
    "> the course. So do the sample submissions: here `./spinlab demo` grades the untouched stubs.\n\n";

/// A room is a file, or a folder with all below it.
bool is_in(const std::string& file, const std::string& room) {
  return file == room || file.starts_with(room + "/");
}

/// assignments/NN-topic/assignment.json.
bool is_description(const fs::path& file) {
  const auto folder = file.parent_path();
  return file.filename() == "assignment.json" && folder.parent_path() == "assignments";
}

class Edition {
 public:
  explicit Edition(const fs::path& project) : project_(project), files_(project_files(project)) {}

  FileTree tree() {
    load_assignments();
    for (const auto& assignment : assignments_) require_tidy(assignment);
    add_rooms();
    for (const auto& assignment : assignments_) add_handout(assignment);
    for (const auto& assignment : assignments_) withhold(assignment);
    add_descriptions();
    for (const auto& assignment : assignments_) require_no_leak(assignment);
    return std::move(tree_);
  }

 private:
  void load_assignments() {
    for (const auto& file : files_) {
      if (!is_description(file)) continue;
      assignments_.push_back(judging::read_assignment((project_ / file).parent_path()));
      TORCH_CHECK_VALUE(
          has_master(assignments_.back()), assignments_.back().folder.string(),
          ": has no master: this tree is a student edition itself; make one from the course's own");
    }
    TORCH_CHECK_VALUE(!assignments_.empty(), project_.string(), ": holds no assignment");
  }

  /// What lint finds would make a wrong edition, or one that a search for leaks could not vouch for.
  void require_tidy(const judging::Assignment& assignment) const {
    auto lines = lint(assignment);
    for (auto& line : lint_names(assignment, assignments_)) lines.push_back(std::move(line));
    TORCH_CHECK_VALUE(lines.empty(), lines.empty() ? "" : lines.front());
  }

  std::string content(const std::string& file) const {
    TORCH_CHECK_VALUE(!fs::is_symlink(project_ / file), (project_ / file).string(),
                      ": is a link; a student edition holds files alone");
    return read_file(project_ / file, kMaxBytes);
  }

  void add_rooms() {
    const auto list = project_ / "assignments/student_edition.json";
    for (const auto& room : Config(read_json(list), list).get<std::vector<std::string>>("rooms")) {
      const auto before = tree_.size();
      for (const auto& file : files_)
        if (is_in(file, room)) tree_[file] = content(file);
      TORCH_CHECK_VALUE(tree_.size() > before, list.string(), ": the project has no ", room, "; remove it");
    }
  }

  void add_handout(const judging::Assignment& assignment) {
    const auto folder = "assignments/" + assignment.name + "/";
    auto files = handout_files(assignment);
    files[kStubsFile] = files.at(assignment.file);
    for (auto& [name, text] : files)
      tree_[name.starts_with(kSharedFolder) ? name : folder + name] = std::move(text);
  }

  void withhold(const judging::Assignment& assignment) {
    for (const auto& file : assignment.withheld) {
      TORCH_CHECK_VALUE(files_.contains(file), assignment.name, ": withholds ", file,
                        ", which the project does not have");
      const auto text = content(file);
      if (has_marker(text))
        tree_[file] = Master::parse(text, file).stubbed();
      else
        tree_.erase(file);
    }
  }

  void add_descriptions() {
    auto& readme = tree_.at(kReadme);
    const auto title_end = readme.find("\n\n");
    TORCH_CHECK_VALUE(title_end != std::string::npos, kReadme, ": expected a title and an empty line");
    readme.insert(title_end + 2, kNote);
    Json description{{"made_by", "spinlab handout --all"}, {"assignments", Json::object()}};
    for (const auto& assignment : assignments_)
      description["assignments"][assignment.name] = {{"title", assignment.title},
                                                     {"withheld", assignment.withheld}};
    tree_["student-edition.json"] = description.dump(2) + '\n';
  }

  void require_no_leak(const judging::Assignment& assignment) const {
    const auto leaks = find_leaks(tree_, assignment, project_);
    TORCH_CHECK_VALUE(leaks.empty(), "a student edition would hold ", leaks.front().what, " in ",
                      leaks.front().file, " (", leaks.size(),
                      " such places); mend that, or list the file under \"withheld\" in assignment.json");
  }

  fs::path project_;
  std::set<std::string> files_;
  std::vector<judging::Assignment> assignments_;
  FileTree tree_;
};

}  // namespace

FileTree student_edition(const fs::path& project) { return Edition(project).tree(); }

}  // namespace spinlab::authoring
