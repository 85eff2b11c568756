#include <iomanip>
#include <iostream>

#include "src/cli/command_line.h"
#include "src/cli/student/course_progress.h"
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
            << progress.passed.size() << " of " << progress.passed.size() + progress.open.size()
            << " checks, " << points_text(progress.points) << " of " << points_text(progress.maximum)
            << " points\n";
}

void print_task(const judging::Assignment& assignment, const judging::CheckInfo& check) {
  const auto suite = check.name.substr(0, check.name.find('.'));
  std::cout << "\nnext: " << check.title << "  (" << assignment.name << ", " << check.name << ")\n"
            << "  read   " << (assignment.folder / "README.md").string() << '\n'
            << "  write  " << assignment.file << '\n'
            << "  check  spinlab check " << assignment.name << " --filter '" << suite << ".*'\n"
            << "  stuck? spinlab hint " << assignment.name << " " << check.name << '\n';
}

ExitCode next(const std::string& only) {
  std::function<void()> print_next = [] { std::cout << "\nevery visible check has passed\n"; };
  const auto names = only.empty() ? judging::assignment_names() : std::vector<std::string>{only};
  bool found = false;
  for (const auto& name : names) {
    const auto assignment = judging::load_assignment(name);
    const auto progress = progress_of(assignment);
    print_row(assignment, progress);
    if (found || progress.open.empty()) continue;
    found = true;
    print_next = [assignment, check = progress.open.front()] { print_task(assignment, check); };
  }
  print_next();
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
