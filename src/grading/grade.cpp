#include "src/grading/grade.h"

#include <mutex>
#include <optional>

#include "src/core/interrupt.h"
#include "src/core/parallel.h"
#include "src/core/progress.h"
#include "src/grading/gradebook/class_results.h"
#include "src/grading/gradebook/grading_seed.h"
#include "src/grading/submissions/latest_submission.h"
#include "src/grading/report/results.h"
#include "src/grading/submissions/submissions.h"

namespace spinlab::grading {
namespace {

/// One run over the entries. Only what stands under the lock is shared between threads.
class Run {
 public:
  Run(Grading& grading, const GradeOptions& options, std::vector<Entry> entries)
      : grading_(grading),
        options_(options),
        entries_(std::move(entries)),
        checked_(grading.assignment),
        key_(grading.assignment),
        gradebook_(options.out / "gradebook.sqlite", grading.assignment.name),
        progress_("grading " + grading.assignment.name, static_cast<int64_t>(entries_.size())) {
    checked_.checks = grading.rubric.counted;
    options_.run.seed = run_seed(gradebook_, options);
  }

  void all() {
    parallel_for(
        entries_.size(), options_.jobs, [this](size_t i) { one(entries_[i]); }, Interrupt::requested);
    progress_.finish();
    grading_.left = static_cast<int>(entries_.size()) - grading_.graded - grading_.kept - grading_.failed;
    grading_.grades = class_results(gradebook_, checked_.checks);
    for (auto& note : roster_notes(gradebook_)) grading_.notes.push_back(std::move(note));
  }

 private:
  void one(const Entry& entry) {
    const auto submission = read_submission(entry, checked_.file, checked_.limits.source_bytes);
    Grade grade;
    grade.entry = entry.path.string();
    grade.key = {entry.student, judging::sha256_of(submission), grading_.rubric_sha256, options_.run.seed};
    grade.submitted_at = submission.submitted_at;
    grade.superseded = entry.superseded;
    if (already_graded(grade, submission)) return;
    auto attempts = judging::attempt(checked_, submission, key_, options_.run, options_.runner, options_.attempts);
    grade.report = std::move(attempts.report);
    grade.attempts = attempts.count;
    // Ctrl-C reaches the workers as well: what they then say is not the submission's doing.
    if (!Interrupt::requested()) record(std::move(grade), submission);
  }

  bool already_graded(const Grade& grade, const judging::Submission& submission) {
    const std::lock_guard lock(mutex_);
    if (!gradebook_.holds(grade.key)) return false;
    if (!grade.superseded) gradebook_.touch(grade.key, submission);
    ++grading_.kept;
    advance(grade.key.student + ": as before");
    return true;
  }

  void record(Grade grade, const judging::Submission& submission) {
    grade.score = judging::score(checked_.checks, grade.report);
    const bool failed = grade.report.verdict == judging::Verdict::kInfrastructureFailure;
    const std::lock_guard lock(mutex_);
    gradebook_.record(grade, submission);
    ++(failed ? grading_.failed : grading_.graded);
    if (failed) grading_.notes.push_back(grade.key.student + " has no result yet: " + grade.report.detail);
    advance(grade.key.student + ": " + to_string(grade.report.verdict));
  }

  void advance(const std::string& note) {
    progress_.update(grading_.graded + grading_.kept + grading_.failed, note);
  }

  Grading& grading_;
  GradeOptions options_;
  std::vector<Entry> entries_;
  judging::Assignment checked_;  // with the checks that count
  const judging::AnswerKey key_;
  std::mutex mutex_;
  Gradebook gradebook_;
  Progress progress_;
};

}  // namespace

Grading grade(const judging::Assignment& assignment, const std::vector<std::filesystem::path>& paths,
              const GradeOptions& options) {
  Grading grading;
  grading.assignment = assignment;
  grading.rubric = judging::make_rubric(assignment, options.run.filter, options.has_data, options.allow_missing_data);
  grading.rubric_sha256 = judging::rubric_sha256(assignment, grading.rubric);
  auto entries = find_entries(paths, assignment.file);
  for (const auto& entry : entries) {
    if (!entry.note.empty()) grading.notes.push_back(entry.note);
  }
  for (auto& note : mark_superseded(entries, assignment.file, assignment.limits.source_bytes))
    grading.notes.push_back(std::move(note));
  make_results_folder(options.out);
  Run(grading, options, std::move(entries)).all();
  write_results(grading, options.out);
  return grading;
}

}  // namespace spinlab::grading
