#include "src/cli/student/printed_run.h"

#include <unistd.h>

#include <iostream>

#include "src/cli/assignment_option.h"
#include "src/cli/data_presence.h"
#include "src/cli/student/course_progress.h"
#include "src/core/interrupt.h"
#include "src/grading/submissions/submissions.h"
#include "src/judging/answers/answers.h"

namespace spinlab::cli {
namespace {

using judging::Report;
using judging::Verdict;

ExitCode exit_code(const Report& report) {
  switch (report.verdict) {
    case Verdict::kGraded:
      return passed_all(report) ? ExitCode::kDone : ExitCode::kChecksFailed;
    case Verdict::kUnreadableSubmission:
      return ExitCode::kUserMistake;
    case Verdict::kInfrastructureFailure:
      return ExitCode::kOurFault;
    default:
      return ExitCode::kChecksFailed;
  }
}

/// How far answers.json beside `file` is, which nothing grades before it is handed in; false where it could
/// not be graded then.
bool print_answers(const judging::Assignment& assignment, const std::filesystem::path& file, bool json) {
  const auto questions = judging::question_names(assignment.checks);
  if (questions.empty()) return true;
  std::string problem;
  std::size_t answered = 0;
  try {
    const auto submission =
        grading::read_submission({file, "", ""}, file.filename(), assignment.limits.source_bytes);
    TORCH_CHECK_VALUE(submission.problem.empty(), "cannot be handed in: ", submission.problem);
    if (!submission.answers.empty()) answered = judging::parse_answers(submission.answers, questions).size();
  } catch (const c10::ValueError& error) {
    problem = error.what_without_backtrace();
  }
  if (json)
    std::cout << Json{{"answers", answered}, {"questions", questions.size()}, {"problem", problem}}.dump()
              << '\n';
  else if (problem.empty())
    std::cout << "  " << judging::kAnswersFile << ": " << answered << " of " << questions.size()
              << " questions answered; they are graded when you hand in\n";
  else
    std::cout << "  " << judging::kAnswersFile << " " << problem << '\n';
  return problem.empty();
}

}  // namespace

void add_check_options(Command& command, CheckOptions& options) {
  add_assignment_option(command, options.assignment);
  command.option("--file", options.file, "The C++ file to check (default: the assignment's, in this folder)");
  command.option("--filter", options.filter, "Checks to run, as GoogleTest's filter: 'FitRidge.*:-*Slow*'");
  command.option("--seed", options.seed, "For checks that draw random numbers; written with the result");
  command.flag("--json", options.json, "One JSON object a line: each check, then the report");
  command.flag("--allow-weak-sandbox", options.allow_weak_sandbox,
               "Run although this machine lacks layers of the sandbox (for code that you trust)");
}

judging::RunOptions run_options(const CheckOptions& options) {
  judging::RunOptions run;
  run.seed = options.seed;
  run.filter = options.filter;
  run.with_hidden = false;
  run.checkers = judging::checkers_of_one_run();
  run.allow_weak_sandbox = options.allow_weak_sandbox;
  run.has_data = data_on_this_machine();
  return run;
}

PrintedRun::PrintedRun(const judging::Assignment& assignment, const CheckOptions& options,
                       judging::Runner runner)
    : assignment_(assignment),
      options_(options),
      run_options_([&] {
        auto run = run_options(options);
        run.on_check = [this](const judging::CheckResult& result) { table_->add(result); };
        return run;
      }()),
      runner_(std::move(runner)) {
  judging::require_sandbox(run_options_);
  judging::require_checks(assignment_, run_options_);
}

ExitCode PrintedRun::run(const std::filesystem::path& file) {
  table_.emplace(assignment_, options_.json, ::isatty(STDOUT_FILENO) == 1, std::cout);
  const auto report = runner_(assignment_, file, run_options_);
  if (Interrupt::requested()) return ExitCode::kChecksFailed;
  table_->finish(report);
  remember(assignment_, report);
  const bool answers_fit = print_answers(assignment_, file, options_.json);
  const auto code = exit_code(report);
  return code == ExitCode::kDone && !answers_fit ? ExitCode::kChecksFailed : code;
}

}  // namespace spinlab::cli
