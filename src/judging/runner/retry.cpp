#include "src/judging/runner/retry.h"

#include <algorithm>

#include "src/core/files.h"
#include "src/core/interrupt.h"
#include "src/judging/sandbox/temporary_folder.h"

namespace spinlab::judging {
namespace {

Attempts ended(Verdict verdict, const std::string& detail, const RunOptions& options) {
  Attempts attempts{{}, 1};
  attempts.report.verdict = verdict;
  attempts.report.detail = detail;
  attempts.report.seed = options.seed;
  return attempts;
}

}  // namespace

Attempts attempt(const Assignment& assignment, const std::string& source, const RunOptions& options,
                 const Runner& runner, int most) {
  const sandbox::TemporaryFolder folder;
  const auto file = folder.path() / assignment.file;
  write_file(file, source);
  Attempts attempts;
  do {
    attempts.report = runner(assignment, file, options);
    ++attempts.count;
  } while (attempts.report.verdict == Verdict::kInfrastructureFailure && attempts.count < most &&
           !Interrupt::requested());
  return attempts;
}

Attempts attempt(const Assignment& assignment, const Submission& submission, const AnswerKey& key,
                 const RunOptions& options, const Runner& runner, int most) {
  if (!submission.problem.empty()) return ended(Verdict::kUnreadableSubmission, submission.problem, options);
  auto attempts = run_code(assignment.checks) ? attempt(assignment, submission.source, options, runner, most)
                                              : ended(Verdict::kGraded, "", options);
  auto& report = attempts.report;
  if (report.verdict == Verdict::kInfrastructureFailure) return attempts;
  for (auto& result : key.results(assignment.checks, submission.answers))
    report.checks.push_back(std::move(result));
  return attempts;
}

bool run_code(const std::vector<CheckInfo>& checks) {
  return !std::all_of(checks.begin(), checks.end(), [](const CheckInfo& check) { return check.answer; });
}

}  // namespace spinlab::judging
