#include "src/grading/grade.h"

#include "src/core/files.h"
#include "src/grading/class_run.h"
#include "src/grading/gradebook/class_results.h"
#include "src/grading/submissions/latest_submission.h"
#include "src/grading/submissions/submissions.h"

namespace spinlab::grading {
namespace {

/// Over the entries that were found.
class EntriesRun : ClassRun {
 public:
  EntriesRun(Grading& grading, Gradebook& gradebook, const GradeOptions& options, const std::vector<Entry>& entries)
      : ClassRun(grading, gradebook, options, "grading", entries.size()), entries_(entries) {}

  using ClassRun::all;

 private:
  Grade read(std::size_t i, judging::Submission& submission) override {
    const auto& entry = entries_[i];
    submission = read_submission(entry, checked().file, checked().limits.source_bytes);
    Grade grade;
    grade.entry = entry.path.string();
    grade.key = {entry.student, judging::sha256_of(submission), grading_.rubric_sha256, options().run.seed};
    grade.submitted_at = submission.submitted_at;
    grade.superseded = entry.superseded;
    return grade;
  }

  bool is_done(const Grade& grade, const judging::Submission& submission) override {
    if (!gradebook_.holds(grade.key)) return false;
    if (!grade.superseded) gradebook_.touch(grade.key, submission);
    return true;
  }

  void record(const Grade& grade, const judging::Submission& submission) override {
    gradebook_.record(grade, submission);
  }

  const std::vector<Entry>& entries_;
};

}  // namespace

Grading begin_grading(const judging::Assignment& assignment, const GradeOptions& options) {
  Grading grading;
  grading.assignment = assignment;
  grading.rubric = judging::make_rubric(assignment, options.run.filter, options.has_data, options.allow_missing_data);
  grading.rubric_sha256 = judging::rubric_sha256(assignment, grading.rubric);
  return grading;
}

Grading grade(const judging::Assignment& assignment, const std::vector<std::filesystem::path>& paths,
              const GradeOptions& options) {
  auto grading = begin_grading(assignment, options);
  auto entries = find_entries(paths, assignment.file);
  for (const auto& entry : entries) {
    if (!entry.note.empty()) grading.notes.push_back(entry.note);
  }
  for (auto& note : mark_superseded(entries, assignment.file, assignment.limits.source_bytes))
    grading.notes.push_back(std::move(note));
  make_writable_folder(options.out);
  Gradebook gradebook(options.out / "gradebook.sqlite", assignment.name);
  EntriesRun(grading, gradebook, options, entries).all();
  grading.grades = class_results(gradebook, grading.rubric.counted);
  for (auto& note : roster_notes(gradebook)) grading.notes.push_back(std::move(note));
  return grading;
}

}  // namespace spinlab::grading
