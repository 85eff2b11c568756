#include <array>
#include <iostream>

#include "src/cli/assignment_option.h"
#include "src/cli/command_line.h"
#include "src/cli/instructor/grading_options.h"
#include "src/core/called_as.h"
#include "src/core/escape.h"
#include "src/core/interrupt.h"
#include "src/grading/regrade.h"
#include "src/grading/report/check_view.h"
#include "src/grading/report/results.h"
#include "src/grading/report/table.h"

namespace spinlab::cli {
namespace {

using grading::Change;
using grading::Grade;
using grading::Regrading;

struct Arguments : GradingArguments {
  bool undo = false;
  bool json = false;
};

/// The checks that came out differently: name, before, after.
std::vector<std::array<std::string, 3>> changed_checks(const Regrading& regrading, const Change& change) {
  const auto before = check_views(regrading.grading, change.before);
  const auto after = check_views(regrading.grading, change.after);
  std::vector<std::array<std::string, 3>> checks;
  for (size_t i = 0; i < before.size(); ++i) {
    if (before[i].outcome != after[i].outcome)
      checks.push_back({before[i].check.name, to_string(before[i].outcome), to_string(after[i].outcome)});
  }
  return checks;
}

std::string state(const Grade& grade) {
  return to_string(grade.report.verdict) + ", " + judging::points_text(grade.score.earned) + " / " +
         judging::points_text(grade.score.maximum);
}

std::string difference(const Change& change) {
  const auto points = change.after.score.earned - change.before.score.earned;
  return (points > 0 ? "+" : "") + judging::points_text(points);
}

std::string changes_table(const Regrading& regrading) {
  std::vector<std::vector<std::string>> rows{{"student", "before", "after", "points", "checks"}};
  for (const auto& change : regrading.changes) {
    std::string checks;
    for (const auto& [name, before, after] : changed_checks(regrading, change))
      checks += (checks.empty() ? "" : "; ") + name + ": " + before + " → " + after;
    rows.push_back({change.after.key.student, state(change.before), state(change.after), difference(change),
                    one_line(checks)});
  }
  return grading::columns(rows, {false, false, false, true, false});
}

Json as_json(const Grade& grade) {
  return {{"verdict", to_string(grade.report.verdict)},
          {"points", grade.score.earned},
          {"max_points", grade.score.maximum}};
}

void print_json(const Regrading& regrading) {
  for (const auto& change : regrading.changes) {
    Json checks = Json::object();
    for (const auto& [name, before, after] : changed_checks(regrading, change))
      checks[name] = {{"before", before}, {"after", after}};
    std::cout << Json{{"student", change.after.key.student},
                      {"before", as_json(change.before)},
                      {"after", as_json(change.after)},
                      {"checks", checks}}
                     .dump()
              << '\n';
  }
}

void print(const Regrading& regrading, bool json) {
  if (json) return print_json(regrading);
  if (!regrading.changes.empty()) std::cout << changes_table(regrading);
}

ExitCode undo(const Arguments& arguments, const judging::Assignment& assignment) {
  const auto regrading = grading::undo_regrade(assignment, arguments.options.out);
  grading::write_results(regrading.grading, arguments.options.out);
  print(regrading, arguments.json);
  std::cerr << "undone; the results of " << regrading.changes.size() << " students changed back\n";
  return ExitCode::kDone;
}

ExitCode run(const Arguments& arguments) {
  const auto assignment = judging::load_assignment(arguments.assignment);
  if (arguments.undo) return undo(arguments, assignment);
  const Interrupt interrupt;
  const auto regrading = grading::regrade(assignment, complete(arguments));
  const auto& grading = regrading.grading;
  for (const auto& note : grading.notes) std::cerr << "note: " << one_line(note, 400) << '\n';
  if (grading.left > 0) {
    std::cerr << "stopped with " << grading.left
              << " submissions left, no result has changed; the same command goes on from here\n";
    end_interrupted();
  }
  TORCH_CHECK(grading.failed == 0, grading.failed,
              " submissions have no new result, by this machine's fault; no result has changed, the same "
              "command tries them again");
  grading::write_results(grading, arguments.options.out);
  print(regrading, arguments.json);
  std::cerr << grading.graded + grading.kept << " graded again, " << regrading.changes.size() << " changed; "
            << called_as() << " regrade " << assignment.name << " --out " << arguments.options.out.string()
            << " --undo brings the results before back\n";
  return ExitCode::kDone;
}

const Registration kRegrade(
    {Room::kInstructors, "regrade",
     "Grade again what a gradebook holds, after checks were changed; shows what became different"},
    [](Command& command) {
      auto arguments = std::make_shared<Arguments>();
      add_assignment_option(command, arguments->assignment);
      command.option("--out", arguments->options.out, "The folder with the gradebook, as for grade")
          .required();
      command.flag("--undo", arguments->undo, "Take the last regrade back");
      add_grading_options(command, *arguments);
      command.flag("--json", arguments->json, "One JSON object a changed student and line");
      command.footer(
          "Example: spinlab regrade 01-regression --out grades/01-regression -j 2\n"
          "         spinlab regrade 01-regression --out grades/01-regression --undo");
      command.action([arguments] { return run(*arguments); });
    });

}  // namespace
}  // namespace spinlab::cli
