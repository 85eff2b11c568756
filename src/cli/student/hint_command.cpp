#include <algorithm>
#include <iostream>

#include "src/cli/command_line.h"
#include "src/cli/student/course_progress.h"
#include "src/core/config.h"

namespace spinlab::cli {
namespace {

struct HintArguments {
  std::string assignment, check;
};

judging::CheckInfo chosen(const judging::Assignment& assignment, const std::string& name) {
  std::vector<std::string> visible;
  for (const auto& check : assignment.checks) {
    if (check.hidden) continue;
    if (check.name == name) return check;
    visible.push_back(check.name);
  }
  TORCH_CHECK_VALUE(false, assignment.name, " has no visible check \"", name, "\"",
                    did_you_mean(name, visible));
}

ExitCode hint(const HintArguments& arguments) {
  const auto assignment = judging::load_assignment(arguments.assignment);
  const auto open = progress_of(assignment).open;
  if (arguments.check.empty() && open.empty()) {
    std::cout << "every visible check of " << assignment.name << " has passed\n";
    return ExitCode::kDone;
  }
  const auto check = arguments.check.empty() ? open.front() : chosen(assignment, arguments.check);
  std::cout << check.name << ": " << check.title << "\n  " << check.hint << '\n';
  return ExitCode::kDone;
}

const Registration kHint(
    {Room::kStudents, "hint", "A hint for the first check that has not passed, or a named one"},
    [](Command& command) {
      auto arguments = std::make_shared<HintArguments>();
      command.option("assignment", arguments->assignment, "Its name or the start of it").required();
      command.option("check", arguments->check, "A check's name, Suite.Test");
      command.footer("Example: spinlab hint 01-regression FitRidge.SolvesTheRidgeEquations");
      command.action([arguments] { return hint(*arguments); });
    });

}  // namespace
}  // namespace spinlab::cli
