#include "src/judging/runner/retry.h"

#include <algorithm>

#include "src/core/files.h"
#include "src/core/interrupt.h"
#include "src/judging/sandbox/temporary_folder.h"

namespace spinlab::judging {
namespace {

RetriedRun ended(Verdict verdict, const std::string& detail, const RunOptions& options) {
  RetriedRun run{{}, 1};
  run.report.verdict = verdict;
  run.report.detail = detail;
  run.report.seed = options.seed;
  return run;
}

}  // namespace

RetriedRun run_with_retries(const Assignment& assignment, const std::string& source, const RunOptions& options,
                 const Runner& runner, int most) {
  const sandbox::TemporaryFolder folder;
  const auto file = folder.path() / assignment.file;
  write_file(file, source);
  RetriedRun run;
  do {
    run.report = runner(assignment, file, options);
    ++run.attempts;
  } while (run.report.verdict == Verdict::kInfrastructureFailure && run.attempts < most &&
           !Interrupt::requested());
  return run;
}

RetriedRun run_with_retries(const Assignment& assignment, const Submission& submission, const AnswerKey& key,
                 const RunOptions& options, const Runner& runner, int most) {
  if (!submission.problem.empty()) return ended(Verdict::kUnreadableSubmission, submission.problem, options);
  auto run = run_code(assignment.checks) ? run_with_retries(assignment, submission.source, options, runner, most)
                                              : ended(Verdict::kGraded, "", options);
  auto& report = run.report;
  if (report.verdict == Verdict::kInfrastructureFailure) return run;
  for (auto& result : key.results(assignment.checks, submission.answers))
    report.checks.push_back(std::move(result));
  return run;
}

bool run_code(const std::vector<CheckInfo>& checks) {
  return !std::all_of(checks.begin(), checks.end(), [](const CheckInfo& check) { return check.answer; });
}

}  // namespace spinlab::judging
