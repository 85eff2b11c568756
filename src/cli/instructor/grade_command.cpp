#include <iostream>

#include "src/cli/assignment_option.h"
#include "src/cli/command_line.h"
#include "src/cli/instructor/grading_options.h"
#include "src/cli/slurm_options.h"
#include "src/core/escape.h"
#include "src/core/interrupt.h"
#include "src/grading/grade.h"
#include "src/grading/report/check_view.h"
#include "src/grading/report/results.h"
#include "src/grading/report/table.h"
#include "src/grading/slurm/grade_by_slurm.h"
#include "src/judging/runner/assignment_programs.h"

namespace spinlab::cli {
namespace {

using grading::Grade;
using grading::Grading;

struct Arguments : GradingArguments {
  std::vector<std::filesystem::path> paths;
  SlurmArguments slurm;
  bool json = false;
};

Grading grade_where_told(const Arguments& arguments, const judging::Assignment& assignment) {
  if (!arguments.slurm.asked()) return grading::grade(assignment, arguments.paths, arguments.options);
  judging::require_program(assignment, assignment.name + "-checker");  // before hundreds of tasks ask for it
  return grading::grade_by_slurm(assignment, arguments.paths, arguments.options, arguments.slurm.array());
}

Json as_json(const Grading& grading, const Grade& grade) {
  const bool none = grade.report.verdict == judging::Verdict::kInfrastructureFailure;
  Json checks = Json::object();
  for (const auto& view : check_views(grading, grade)) {
    if (view.counts)
      checks[view.check.name] = {{"outcome", to_string(view.outcome)}, {"points", view.earned}};
  }
  return {{"student", grade.key.student},
          {"verdict", to_string(grade.report.verdict)},
          {"points", none ? Json() : Json(grade.score.earned)},
          {"max_points", grade.score.maximum},
          {"seed", grade.key.seed},
          {"detail", clean_utf8(grade.report.detail)},
          {"checks", checks}};
}

void print_results(const Grading& grading, bool json) {
  if (!json) {
    std::cout << grades_table(grading);
    return;
  }
  for (const auto& grade : grading.grades) std::cout << as_json(grading, grade).dump() << '\n';
}

/// What the results do not say; on standard error, since with --json the output is data.
void print_notes(const Grading& grading, const grading::GradeOptions& options) {
  for (const auto& left : grading.rubric.left_out) {
    std::cerr << "not counted: " << left.check.name << " (" << judging::points_text(left.check.points)
              << " points), " << left.reason << '\n';
  }
  for (const auto& note : grading.notes) std::cerr << "note: " << one_line(note, 400) << '\n';
  std::cerr << grading.graded << " graded, " << grading.kept << " as before\n";
  for (const auto* name : {"gradebook.sqlite", "grades.csv", "junit.xml", "results/", "report/index.html"}) {
    std::cerr << "written: " << (options.out / name).string() << '\n';
  }
}

ExitCode run(Arguments arguments) {
  const Interrupt interrupt;
  arguments.options = complete(arguments);
  const auto assignment = judging::load_assignment(arguments.assignment);
  const auto grading = grade_where_told(arguments, assignment);
  grading::write_results(grading, arguments.options.out);
  print_results(grading, arguments.json);
  print_notes(grading, arguments.options);
  if (grading.left > 0) {
    std::cerr << "stopped with " << grading.left << " submissions left; the same command goes on from here\n";
    end_interrupted();
  }
  TORCH_CHECK(grading.failed == 0, grading.failed,
              " submissions have no result, by this machine's fault; the same command tries them again");
  return ExitCode::kDone;
}

void add_options(Command& command, Arguments& arguments) {
  auto& options = arguments.options;
  add_assignment_option(command, arguments.assignment);
  command.option("paths", arguments.paths, "Source files, archives, students' folders, or folders of those")
      .required();
  command.option("--out", options.out, "Folder for the gradebook, grades, results and the report").required();
  add_grading_options(command, arguments);
  add_array_options(
      command, arguments.slurm,
      "Grade in a job array of a Slurm cluster, --slurm=N in N tasks; --out where all nodes see it");
  command.flag("--json", arguments.json, "One JSON object a student and line");
}

const Registration kGrade(
    {Room::kInstructors, "grade", "Grade submissions into a gradebook, grades.csv, results and a report"},
    [](Command& command) {
      auto arguments = std::make_shared<Arguments>();
      add_options(command, *arguments);
      command.footer("Example: spinlab grade 01-regression submissions/ --out grades/01-regression -j 2");
      command.action([arguments] { return run(*arguments); });
    });

}  // namespace
}  // namespace spinlab::cli
