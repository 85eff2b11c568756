#include "src/judging/runner/assignment_programs.h"

#include "src/core/build_on_demand.h"

namespace fs = std::filesystem;

namespace spinlab::judging {
namespace {

/// In the folder, not all C++ counts: a student's own file may lie there as well.
std::vector<fs::path> sources(const Assignment& assignment) {
  std::vector<fs::path> files{
      "src/core",          "src/physics", "src/judging", "datasets", "assignments/CMakeLists.txt",
      "assignments/shared"};
  for (const auto* name : {"assignment.json", "checks.cpp", "hidden_checks.cpp", "experiment.cpp"})
    files.push_back(assignment.folder / name);
  for (const auto& entry : fs::directory_iterator(assignment.folder))
    if (entry.path().extension() == ".h") files.push_back(entry.path());
  return files;
}

}  // namespace

void require_program(const Assignment& assignment, const std::string& program) {
  const auto kind = program.substr(program.rfind('-') + 1);
  require_built({"the " + kind + " of " + assignment.name, {program}, sources(assignment)});
}

}  // namespace spinlab::judging
