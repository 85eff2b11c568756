#include "src/grading/regrade.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <map>
#include <mutex>

#include "src/core/interrupt.h"
#include "src/core/parallel.h"
#include "src/core/progress.h"
#include "src/grading/gradebook/class_results.h"
#include "src/grading/gradebook/grading_seed.h"
#include "src/grading/report/results.h"

namespace spinlab::grading {
namespace {

std::map<std::string, judging::Outcome> outcomes(const Grade& grade) {
  std::map<std::string, judging::Outcome> result;
  for (const auto& check : grade.report.checks) result[check.name] = check.outcome;
  return result;
}

bool differ(const Grade& a, const Grade& b) {
  return a.report.verdict != b.report.verdict || a.score.earned != b.score.earned ||
         a.score.maximum != b.score.maximum || outcomes(a) != outcomes(b);
}

std::vector<Change> changes_between(const std::vector<Grade>& before, const std::vector<Grade>& after) {
  std::vector<Change> changes;
  for (const auto& old : before) {
    const auto same = [&](const Grade& grade) { return grade.key.student == old.key.student; };
    const auto found = std::find_if(after.begin(), after.end(), same);
    if (found != after.end() && differ(old, *found)) changes.push_back({old, *found});
  }
  return changes;
}

/// One run over what was handed in. Only what stands under the lock is shared between threads.
class Run {
 public:
  Run(Grading& grading, Gradebook& gradebook, const GradeOptions& options, const std::vector<Grade>& before)
      : grading_(grading),
        gradebook_(gradebook),
        options_(options),
        checked_(grading.assignment),
        key_(grading.assignment) {
    checked_.checks = grading.rubric.counted;
    for (const auto& grade : before) {
      if (grade.report.verdict != judging::Verdict::kUnreadableSubmission) submissions_.push_back(grade);
    }
    require_sources();
    options_.run.seed = run_seed(gradebook, options);
  }

  void all() {
    regrade_ = gradebook_.begin_regrade(grading_.rubric_sha256, options_.run.seed);
    Progress progress("regrading " + checked_.name, static_cast<int64_t>(submissions_.size()));
    parallel_for(
        submissions_.size(), options_.jobs, [&](size_t i) { one(submissions_[i], progress); },
        Interrupt::requested);
    grading_.left = static_cast<int>(submissions_.size()) - done();
    if (grading_.left == 0 && grading_.failed == 0) gradebook_.end_regrade(regrade_);
  }

 private:
  void require_sources() const {
    std::vector<std::string> lacking;
    for (const auto& grade : submissions_) {
      if (!gradebook_.submission(grade.key.source_sha256)) lacking.push_back(grade.key.student);
    }
    TORCH_CHECK_VALUE(lacking.empty(), lacking.size(), " submissions lie in this gradebook without their source (",
                      lacking.front(), lacking.size() > 1 ? ", …" : "",
                      "), an earlier Spinlab recorded them; run spinlab grade ", checked_.name,
                      " on their folder once more");
  }

  void one(const Grade& before, Progress& progress) {
    auto grade = before;
    grade.key.rubric_sha256 = grading_.rubric_sha256;
    grade.key.seed = options_.run.seed;
    if (is_done(grade, progress)) return;
    auto attempts =
        judging::attempt(checked_, submission_of(before), key_, options_.run, options_.runner, options_.attempts);
    if (Interrupt::requested()) return;
    grade.report = std::move(attempts.report);
    grade.attempts = attempts.count;
    grade.score = judging::score(checked_.checks, grade.report);
    record(grade, progress);
  }

  judging::Submission submission_of(const Grade& grade) {
    const std::lock_guard lock(mutex_);
    return *gradebook_.submission(grade.key.source_sha256);
  }

  bool is_done(const Grade& grade, Progress& progress) {
    const std::lock_guard lock(mutex_);
    if (!gradebook_.holds(regrade_, grade.key)) return false;
    ++grading_.kept;
    progress.update(done(), grade.key.student + ": by the run before");
    return true;
  }

  void record(const Grade& grade, Progress& progress) {
    const bool failed = grade.report.verdict == judging::Verdict::kInfrastructureFailure;
    const std::lock_guard lock(mutex_);
    gradebook_.record(regrade_, grade);
    ++(failed ? grading_.failed : grading_.graded);
    if (failed) grading_.notes.push_back(grade.key.student + " has no new result: " + grade.report.detail);
    progress.update(done(), grade.key.student + ": " + to_string(grade.report.verdict));
  }

  int done() const { return grading_.graded + grading_.kept + grading_.failed; }

  Grading& grading_;
  Gradebook& gradebook_;
  GradeOptions options_;
  judging::Assignment checked_;  // with the checks that count
  const judging::AnswerKey key_;
  std::vector<Grade> submissions_;
  std::int64_t regrade_ = 0;
  std::mutex mutex_;
};

}  // namespace

Regrading regrade(const judging::Assignment& assignment, const GradeOptions& options) {
  auto gradebook = existing_gradebook(options.out, assignment);
  Regrading result;
  auto& grading = result.grading;
  grading.assignment = assignment;
  grading.rubric = judging::make_rubric(assignment, options.run.filter, options.has_data, options.allow_missing_data);
  grading.rubric_sha256 = judging::rubric_sha256(assignment, grading.rubric);
  const auto before = gradebook.latest();
  Run(grading, gradebook, options, before).all();
  grading.grades = class_results(gradebook, grading.rubric.counted);
  result.changes = changes_between(before, grading.grades);
  if (grading.left == 0 && grading.failed == 0) write_results(grading, options.out);
  return result;
}

Regrading undo_regrade(const judging::Assignment& assignment, const std::filesystem::path& out) {
  auto gradebook = existing_gradebook(out, assignment);
  const auto before = gradebook.latest();
  TORCH_CHECK_VALUE(gradebook.undo_regrade(), (out / "gradebook.sqlite").string(),
                    ": there is no regrade to undo; spinlab gradebook show lists the results");
  Regrading result{read_grading(assignment, gradebook), {}};
  result.changes = changes_between(before, result.grading.grades);
  write_results(result.grading, out);
  return result;
}

}  // namespace spinlab::grading
