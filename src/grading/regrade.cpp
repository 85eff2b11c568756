#include "src/grading/regrade.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <map>

#include "src/core/called_as.h"
#include "src/grading/class_run.h"
#include "src/grading/gradebook/class_results.h"

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

std::vector<Grade> readable(const std::vector<Grade>& grades) {
  std::vector<Grade> found;
  for (const auto& grade : grades)
    if (grade.report.verdict != judging::Verdict::kUnreadableSubmission) found.push_back(grade);
  return found;
}

/// Over what was handed in, as the gradebook kept it.
class KeptRun : ClassRun {
 public:
  KeptRun(Grading& grading, Gradebook& gradebook, const GradeOptions& options, const std::vector<Grade>& submissions)
      : ClassRun(grading, gradebook, options, "regrading", submissions.size()), submissions_(submissions) {}

  void all() {
    require_sources();
    regrade_ = gradebook_.begin_regrade(grading_.rubric_sha256, options().run.seed);
    ClassRun::all();
    if (grading_.left == 0 && grading_.failed == 0) gradebook_.end_regrade(regrade_);
  }

 private:
  void require_sources() const {
    std::vector<std::string> lacking;
    for (const auto& grade : submissions_) {
      if (!gradebook_.submission(grade.key.source_sha256)) lacking.push_back(grade.key.student);
    }
    TORCH_CHECK_VALUE(lacking.empty(), lacking.size(),
                      " submissions lie in this gradebook without their source (", lacking.front(),
                      lacking.size() > 1 ? ", …" : "", "), an earlier Spinlab recorded them; run ",
                      called_as(), " grade ", checked().name, " on their folder once more");
  }

  Grade read(std::size_t i, judging::Submission& submission) override {
    auto grade = submissions_[i];
    grade.key.rubric_sha256 = grading_.rubric_sha256;
    grade.key.seed = options().run.seed;
    const std::lock_guard lock(mutex_);
    submission = *gradebook_.submission(grade.key.source_sha256);
    return grade;
  }

  bool is_done(const Grade& grade, const judging::Submission&) override {
    return gradebook_.holds(regrade_, grade.key);
  }

  void record(const Grade& grade, const judging::Submission&) override { gradebook_.record(regrade_, grade); }

  const std::vector<Grade>& submissions_;
  std::int64_t regrade_ = 0;
};

}  // namespace

Regrading regrade(const judging::Assignment& assignment, const GradeOptions& options) {
  auto gradebook = existing_gradebook(options.out, assignment);
  Regrading result{begin_grading(assignment, options), {}};
  auto& grading = result.grading;
  const auto before = gradebook.latest();
  const auto submissions = readable(before);
  KeptRun(grading, gradebook, options, submissions).all();
  grading.grades = class_results(gradebook, grading.rubric.counted);
  result.changes = changes_between(before, grading.grades);
  return result;
}

Regrading undo_regrade(const judging::Assignment& assignment, const std::filesystem::path& out) {
  auto gradebook = existing_gradebook(out, assignment);
  const auto before = gradebook.latest();
  TORCH_CHECK_VALUE(gradebook.undo_regrade(), (out / "gradebook.sqlite").string(),
                    ": there is no regrade to undo; ", called_as(), " gradebook show lists the results");
  Regrading result{read_grading(assignment, gradebook), {}};
  result.changes = changes_between(before, result.grading.grades);
  return result;
}

}  // namespace spinlab::grading
