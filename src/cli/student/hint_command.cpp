#include <algorithm>
#include <iostream>

#include "src/cli/assignment_option.h"
#include "src/cli/command_line.h"
#include "src/cli/data_presence.h"
#include "src/cli/student/course_progress.h"
#include "src/cli/student/lacking_data.h"
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

void print(const judging::CheckInfo& check) {
  std::cout << check.name << ": " << check.title << "\n  " << check.hint << '\n';
}

ExitCode hint(const HintArguments& arguments) {
  const auto assignment = judging::load_assignment(arguments.assignment);
  if (!arguments.check.empty()) {
    print(chosen(assignment, arguments.check));
    return ExitCode::kDone;
  }
  const auto progress = progress_of(assignment, data_on_this_machine());
  if (!progress.open.empty())
    print(progress.open.front());
  else
    std::cout << "every visible check of " << assignment.name
              << (progress.lacking.empty() ? "" : " that can run here") << " has passed\n";
  if (!progress.lacking.empty()) std::cout << "skipped: " << lacking_data(progress.lacking) << '\n';
  return ExitCode::kDone;
}

const Registration kHint(
    {Room::kStudents, "hint", "A hint for the first check that has not passed, or a named one"},
    [](Command& command) {
      auto arguments = std::make_shared<HintArguments>();
      add_assignment_option(command, arguments->assignment);
      command.option("check", arguments->check, "A check's name, Suite.Test");
      command.footer("Example: spinlab hint 01-regression FitRidge.SolvesTheRidgeEquations");
      command.action([arguments] { return hint(*arguments); });
    });

}  // namespace
}  // namespace spinlab::cli
