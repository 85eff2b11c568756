#include <iomanip>
#include <iostream>
#include <optional>
#include <utility>

#include "src/cli/command_line.h"
#include "src/cli/data_presence.h"
#include "src/cli/student/course_progress.h"
#include "src/cli/student/lacking_data.h"
#include "src/core/called_as.h"
#include "src/judging/score.h"

namespace spinlab::cli {
namespace {

using judging::points_text;

std::string bar(double share) {
  constexpr int kWidth = 20;
  const auto filled = static_cast<std::size_t>(share * kWidth);
  return '[' + std::string(filled, '#') + std::string(kWidth - filled, '.') + ']';
}

void print_row(const judging::Assignment& assignment, const AssignmentProgress& progress) {
  std::cout << "  " << std::left << std::setw(20) << assignment.name << ' '
            << bar(progress.maximum > 0 ? progress.points / progress.maximum : 0) << ' '
            << progress.passed.size() << " of " << progress.checks() << " checks, "
            << points_text(progress.points) << " of " << points_text(progress.maximum) << " points\n";
}

void print_task(const judging::Assignment& assignment, const judging::CheckInfo& check) {
  const auto suite = check.name.substr(0, check.name.find('.'));
  std::cout << "\nnext: " << check.title << "  (" << assignment.name << ", " << check.name << ")\n"
            << "  read   " << (assignment.folder / "README.md").string() << '\n'
            << "  write  " << assignment.file << '\n'
            << "  check  " << called_as() << " check " << assignment.name << " --filter '" << suite << ".*'\n"
            << "  stuck? " << called_as() << " hint " << assignment.name << " " << check.name << '\n';
}

ExitCode next(const std::string& only) {
  const auto has_data = data_on_this_machine();
  std::optional<std::pair<judging::Assignment, judging::CheckInfo>> task;
  std::vector<judging::CheckInfo> lacking;
  for (const auto& name : only.empty() ? judging::assignment_names() : std::vector<std::string>{only}) {
    const auto assignment = judging::load_assignment(name);
    const auto progress = progress_of(assignment, has_data);
    print_row(assignment, progress);
    lacking.insert(lacking.end(), progress.lacking.begin(), progress.lacking.end());
    if (!task && !progress.open.empty()) task = {assignment, progress.open.front()};
  }
  if (task)
    print_task(task->first, task->second);
  else
    std::cout << "\nevery visible check" << (lacking.empty() ? "" : " that can run here") << " has passed\n";
  if (!lacking.empty()) std::cout << "\nskipped: " << lacking_data(lacking) << '\n';
  return ExitCode::kDone;
}

const Registration kNext({Room::kStudents, "next", "How far you are in the course, and the next task"},
                         [](Command& command) {
                           auto assignment = std::make_shared<std::string>();
                           command.option("assignment", *assignment,
                                          "Its name or the start of it (default: the whole course)");
                           command.footer("Goes by your last checks. Example: spinlab next");
                           command.action([assignment] { return next(*assignment); });
                         });

}  // namespace
}  // namespace spinlab::cli
