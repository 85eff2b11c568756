#include "src/grading/slurm/task.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <thread>

#include "src/core/interrupt.h"
#include "src/grading/slurm/work_folder.h"

namespace spinlab::grading {
namespace {

constexpr int kAttempts = 3;

judging::Assignment checked_assignment(const Work& work, const judging::HasData& has_data) {
  auto assignment = judging::read_assignment(work.assignment);
  const auto rubric = judging::make_rubric(assignment, work.filter, has_data, work.allow_missing_data);
  TORCH_CHECK(
      judging::rubric_sha256(assignment, rubric) == work.rubric_sha256, work.assignment.string(),
      ": this node has another copy of the assignment, or not the same data sets, as the machine that "
      "submitted the job");
  assignment.checks = rubric.counted;
  return assignment;
}

/// Slurm ends all processes of a task at once, and a submission's may be gone before this one hears of it.
bool cancelled(const judging::Report& report) {
  const auto crashed = [](const judging::CheckResult& check) { return check.outcome == judging::Outcome::kCrashed; };
  if (std::any_of(report.checks.begin(), report.checks.end(), crashed))
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
  return Interrupt::requested();
}

}  // namespace

void grade_share(const std::filesystem::path& work_folder, int task, const judging::HasData& has_data,
                 const judging::Runner& runner) {
  const WorkFolder folder(work_folder);
  const auto work = folder.work();
  const auto assignment = checked_assignment(work, has_data);
  judging::RunOptions options;
  options.seed = work.seed;
  options.allow_weak_sandbox = work.allow_weak_sandbox;
  for (auto i = static_cast<std::size_t>(task); i < work.sources.size() && !Interrupt::requested();
       i += static_cast<std::size_t>(work.tasks)) {
    const auto& sha256 = work.sources[i];
    if (folder.has_result(sha256)) continue;
    const auto report = judging::run_with_retries(assignment, folder.source(sha256), options, runner, kAttempts).report;
    if (cancelled(report)) return;
    folder.put_report(sha256, report);
    std::cout << sha256 << ": " << to_string(report.verdict) << std::endl;
  }
}

}  // namespace spinlab::grading
