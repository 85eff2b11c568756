#include "src/grading/class_run.h"

#include "src/core/interrupt.h"
#include "src/core/parallel.h"
#include "src/grading/gradebook/grading_seed.h"

namespace spinlab::grading {

ClassRun::ClassRun(Grading& grading, Gradebook& gradebook, const GradeOptions& options, const std::string& doing,
                   std::size_t submissions)
    : grading_(grading),
      gradebook_(gradebook),
      options_(options),
      checked_(grading.assignment),
      key_(grading.assignment),
      submissions_(submissions),
      progress_(doing + " " + grading.assignment.name, static_cast<int64_t>(submissions)) {
  checked_.checks = grading.rubric.counted;
  options_.run.seed = run_seed(gradebook, options);
}

void ClassRun::all() {
  parallel_for(
      submissions_, options_.jobs, [this](std::size_t i) { one(i); }, Interrupt::requested);
  progress_.finish();
  grading_.left = static_cast<int>(submissions_) - done();
}

void ClassRun::one(std::size_t i) {
  judging::Submission submission;
  auto grade = read(i, submission);
  if (was_done(grade, submission)) return;
  auto run = judging::run_with_retries(checked_, submission, key_, options_.run, options_.runner, options_.attempts);
  // Ctrl-C reaches the workers as well: what they then say is not the submission's doing.
  if (Interrupt::requested()) return;
  grade.report = std::move(run.report);
  grade.attempts = run.attempts;
  grade.checks_score = judging::score(checked_.checks, grade.report);
  finish(grade, submission);
}

bool ClassRun::was_done(const Grade& grade, const judging::Submission& submission) {
  const std::lock_guard lock(mutex_);
  if (!is_done(grade, submission)) return false;
  ++grading_.kept;
  progress_.update(done(), grade.key.student + ": as before");
  return true;
}

void ClassRun::finish(const Grade& grade, const judging::Submission& submission) {
  const bool failed = grade.report.verdict == judging::Verdict::kInfrastructureFailure;
  const std::lock_guard lock(mutex_);
  record(grade, submission);
  ++(failed ? grading_.failed : grading_.graded);
  if (failed) grading_.notes.push_back(grade.key.student + " has no result yet: " + grade.report.detail);
  progress_.update(done(), grade.key.student + ": " + to_string(grade.report.verdict));
}

}  // namespace spinlab::grading
