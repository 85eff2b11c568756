#include <iomanip>
#include <iostream>

#include "src/cli/commands.h"
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

}  // namespace

void add_next_command(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand("next", "How far you are in the course, and the next task");
  auto assignment = std::make_shared<std::string>();
  command->add_option("assignment", *assignment, "Its name or the start of it (default: the whole course)");
  command->footer("Goes by your last checks. Example: spinlab next");
  command->callback([assignment, &action] { action = [assignment] { return next(*assignment); }; });
}

}  // namespace spinlab::cli
