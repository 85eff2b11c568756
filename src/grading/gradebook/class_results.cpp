#include "src/grading/gradebook/class_results.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <set>

#include "src/core/called_as.h"
#include "src/core/config.h"
#include "src/core/escape.h"

namespace spinlab::grading {
namespace {

Grade missing(const std::string& student, double maximum, const Adjusted& adjusted) {
  Grade grade;
  grade.key.student = student;
  grade.report.verdict = judging::Verdict::kMissing;
  grade.breakdown = adjusted.breakdown(student, 0, "");
  grade.score = {grade.breakdown.total(), maximum + adjusted.written_maximum()};
  return grade;
}

/// Where no result got as far as the code's checks nothing says which of them count: then all do.
judging::Rubric rubric_of(const judging::Assignment& assignment, const std::vector<Grade>& grades) {
  std::set<std::string> run;
  for (const auto& grade : grades) {
    for (const auto& check : grade.report.checks) run.insert(check.name);
  }
  const bool code_ran = std::any_of(assignment.checks.begin(), assignment.checks.end(), [&](const auto& check) {
    return !check.answer && run.contains(check.name);
  });
  judging::Rubric rubric;
  for (const auto& check : assignment.checks) {
    if (run.contains(check.name) || (!code_ran && (run.empty() || !check.answer)))
      rubric.counted.push_back(check);
    else
      rubric.left_out.push_back({check, "not in these results"});
  }
  return rubric;
}

}  // namespace

std::vector<Grade> class_results(const Gradebook& gradebook, const std::vector<judging::CheckInfo>& checks) {
  auto grades = gradebook.latest();
  std::set<std::string> known;
  for (const auto& grade : grades) known.insert(grade.key.student);
  const Adjusted adjusted(gradebook.history());
  const auto maximum = judging::score(checks, {}).maximum;
  for (const auto& student : gradebook.roster()) {
    if (!known.contains(student.student)) grades.push_back(missing(student.student, maximum, adjusted));
  }
  std::sort(grades.begin(), grades.end(),
            [](const Grade& a, const Grade& b) { return a.key.student < b.key.student; });
  return grades;
}

std::vector<std::string> roster_notes(const Gradebook& gradebook) {
  std::vector<std::string> enrolled;
  for (const auto& student : gradebook.roster()) enrolled.push_back(student.student);
  std::vector<std::string> notes;
  if (enrolled.empty()) return notes;
  for (const auto& grade : gradebook.latest()) {
    const auto& student = grade.key.student;
    if (std::find(enrolled.begin(), enrolled.end(), student) == enrolled.end())
      notes.push_back(one_line(student, 60) + " is not on the roster" + did_you_mean(student, enrolled));
  }
  return notes;
}

Gradebook existing_gradebook(const std::filesystem::path& out, const judging::Assignment& assignment) {
  const auto file = out / "gradebook.sqlite";
  TORCH_CHECK_VALUE(std::filesystem::exists(file), file.string(),
                    ": no such gradebook; give the folder that was --out of ", called_as(), " grade ",
                    assignment.name);
  return Gradebook(file, assignment.name);
}

Grading read_grading(const judging::Assignment& assignment, const Gradebook& gradebook) {
  Grading grading;
  grading.assignment = assignment;
  grading.rubric = rubric_of(assignment, gradebook.latest());
  grading.rubric_sha256 = judging::rubric_sha256(assignment, grading.rubric);
  grading.grades = class_results(gradebook, grading.rubric.counted);
  grading.notes = roster_notes(gradebook);
  return grading;
}

}  // namespace spinlab::grading
