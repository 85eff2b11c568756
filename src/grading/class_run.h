#pragma once

#include <mutex>
#include <string>

#include "src/core/progress.h"
#include "src/grading/grade.h"

namespace spinlab::grading {

/// What grade() and regrade() share: submissions judged on several threads, each recorded as soon as it is done, shown and
/// counted. Ctrl-C (while an Interrupt lives) ends it after dropping those under way.
class ClassRun {
 public:
  virtual ~ClassRun() = default;

 protected:
  /// Counts in `grading`, whose assignment and rubric must be there. `doing`: "grading", for the progress.
  ClassRun(Grading& grading, Gradebook& gradebook, const GradeOptions& options, const std::string& doing,
           std::size_t submissions);

  void all();

  /// The i-th submission, with the key that its result is to have. Called from several threads.
  virtual Grade read(std::size_t i, judging::Submission& submission) = 0;
  // The others are called under the lock.
  /// Whether its result is there already.
  virtual bool is_done(const Grade& grade, const judging::Submission& submission) = 0;
  virtual void record(const Grade& grade, const judging::Submission& submission) = 0;

  const GradeOptions& options() const { return options_; }
  const judging::Assignment& checked() const { return checked_; }

  Grading& grading_;
  std::mutex mutex_;
  Gradebook& gradebook_;  // under the lock, while all() runs

 private:
  void one(std::size_t i);
  bool was_done(const Grade& grade, const judging::Submission& submission);
  void finish(const Grade& grade, const judging::Submission& submission);
  int done() const { return grading_.graded + grading_.kept + grading_.failed; }

  GradeOptions options_;         // with the seed of this run
  judging::Assignment checked_;  // with the checks that count
  const judging::AnswerKey key_;
  const std::size_t submissions_;
  Progress progress_;
};

}  // namespace spinlab::grading
