#include <algorithm>
#include <iostream>
#include <thread>

#include "src/authoring/handout.h"
#include "src/authoring/samples.h"
#include "src/cli/data_presence.h"
#include "src/cli/experimenter/handed_over.h"
#include "src/cli/experimenter/phase_demo.h"
#include "src/core/files.h"
#include "src/core/interrupt.h"
#include "src/grading/grade.h"
#include "src/grading/report/results.h"
#include "src/grading/report/table.h"
#include "src/judging/runner/assignment_programs.h"

namespace fs = std::filesystem;

namespace spinlab::cli {
namespace {

constexpr auto kAssignment = "01-regression";

/// A whole run needs no more than a second a check; the sample that loops is to be shown, not waited for.
judging::Assignment impatient(judging::Assignment assignment) {
  assignment.limits.check_seconds = 2;
  return assignment;
}

/// A student edition has no master to make samples from.
void write_submissions(const judging::Assignment& assignment, const fs::path& folder) {
  if (authoring::has_master(assignment)) {
    authoring::write_samples(assignment, folder);
    std::cerr << "grading the sample submissions in " << folder.string() << '\n';
    return;
  }
  write_file(folder / "untouched" / assignment.file, authoring::stubs(assignment));
  std::cerr << "grading the untouched handout in " << folder.string()
            << ": this is a student edition, without the master that sample submissions are made from\n";
}

/// Grades sample submissions to the assignment; returns what was written.
std::vector<fs::path> run_grading_demo(const fs::path& folder, std::uint64_t seed) {
  const Interrupt interrupt;
  const auto assignment = impatient(judging::load_assignment(kAssignment));
  const auto submissions = folder / "submissions", grades = folder / "grades";
  write_submissions(assignment, submissions);
  grading::GradeOptions options;
  options.out = grades;
  options.jobs = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  options.run.seed = seed;
  options.allow_missing_data = true;
  options.has_data = data_on_this_machine();
  options.runner = judging::WarmRunner();
  const auto grading = grading::grade(assignment, {submissions}, options);
  grading::write_results(grading, grades);
  if (Interrupt::requested()) end_interrupted();
  std::cout << '\n' << grades_table(grading) << '\n';
  TORCH_CHECK(grading.failed == 0, grading.failed,
              " submissions have no result, by this machine's fault; see ",
              (grades / "report" / "index.html").string());
  return {submissions, grades / "grades.csv", grades / "report" / "index.html"};
}

struct Arguments {
  fs::path out = "runs/demo";
  std::uint64_t seed = 0;
};

ExitCode run(const Arguments& arguments) {
  judging::require_program(judging::load_assignment(kAssignment),
                           std::string(kAssignment) + "-checker");  // not halfway
  auto written = run_phase_demo(arguments.out, arguments.seed);
  const auto graded = run_grading_demo(arguments.out, arguments.seed);
  written.insert(written.end(), graded.begin(), graded.end());
  for (const auto& path : written) std::cout << "written: " << path.string() << '\n';
  return ExitCode::kDone;
}

const Registration kRegistration(handed_over::kDemo, [](Command& command) {
  auto arguments = std::make_shared<Arguments>();
  command.option("--out", arguments->out, "Folder for pictures, run, submissions and grades").show_default();
  command.option("--seed", arguments->seed, "Every random choice follows from it").show_default();
  command.footer(
      "Takes about half a minute, needs no data files and no network. Example: spinlab demo --out my-demo");
  command.action([arguments] { return run(*arguments); });
});

}  // namespace
}  // namespace spinlab::cli
