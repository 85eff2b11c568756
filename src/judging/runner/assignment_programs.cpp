#include "src/judging/runner/assignment_programs.h"

#include <c10/util/Exception.h>

#include <algorithm>

#include "src/core/build_on_demand.h"
#include "src/judging/check_files.h"

namespace fs = std::filesystem;

namespace spinlab::judging {
namespace {

/// In the folder, not all C++ counts: a student's own file may lie there as well.
std::vector<fs::path> sources(const Assignment& assignment) {
  std::vector<fs::path> files{
      "src/core",          "src/physics", "src/judging", "datasets", "assignments/CMakeLists.txt",
      "assignments/shared"};
  for (const auto* name :
       {"assignment.json", "checks.cpp", "hidden_checks.cpp", "hidden_checks", "experiment.cpp"})
    files.push_back(assignment.folder / name);
  for (const auto& entry : fs::directory_iterator(assignment.folder))
    if (entry.path().extension() == ".h") files.push_back(entry.path());
  return files;
}

/// Without them nothing can be built, and the program of an earlier day would judge.
void require_sources(const Assignment& assignment, const std::string& kind) {
  std::vector<std::string> names{assignment.header, "calls.h",
                                 kind == "checker" ? "checks.cpp" : "experiment.cpp"};
  const auto is_hidden = [](const CheckInfo& check) { return check.hidden; };
  if (kind == "checker" && std::any_of(assignment.checks.begin(), assignment.checks.end(), is_hidden) &&
      hidden_check_files(assignment.folder).empty())
    names.emplace_back("hidden_checks.cpp");
  for (const auto& name : names)
    TORCH_CHECK_VALUE(fs::exists(assignment.folder / name), (assignment.folder / name).string(),
                      " is missing, and the ", kind,
                      " is made from it; put it back (from the handout, or by git restore)");
}

}  // namespace

void require_program(const Assignment& assignment, const std::string& program) {
  const auto kind = program.substr(program.rfind('-') + 1);
  require_sources(assignment, kind);
  require_built({"the " + kind + " of " + assignment.name, {program}, sources(assignment)});
}

}  // namespace spinlab::judging
