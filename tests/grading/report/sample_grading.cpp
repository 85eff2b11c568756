#include "tests/grading/report/sample_grading.h"

namespace spinlab::grading {
namespace {

Grade grade_of(const std::string& student, judging::Verdict verdict, std::vector<judging::CheckResult> checks, double earned) {
  Grade grade;
  grade.key = {student, "0123", "rubric", 7};
  grade.entry = "class/" + student;
  grade.report.verdict = verdict;
  grade.report.checks = std::move(checks);
  grade.report.layers = {{"seccomp", {{"holds", true}}}, {"landlock", {{"holds", false}}}};
  grade.score = {earned, 5};
  grade.breakdown.automatic = earned;
  grade.graded_at = "2025-01-02T03:04:05Z";
  return grade;
}

}  // namespace

Grading sample_grading() {
  Grading grading;
  grading.assignment.name = "00-sums";
  grading.assignment.title = "Sums & means";
  const judging::CheckInfo ones{"Sum.OfOnes", "Ones", "Start at zero", 2, false, {}, ""};
  const judging::CheckInfo mean{"Mean.OfIris", "Iris", "Divide by n", 1.5, false, {"iris"}, ""};
  const judging::CheckInfo hidden{"Mean.SecretlyNegative", "Signs", "Keep the sign", 3, true, {}, ""};
  grading.assignment.checks = {ones, mean, hidden};
  grading.rubric = {{ones, hidden}, {{mean, "the data set iris is not on this machine"}}};
  grading.rubric_sha256 = "rubric";
  grading.grades = {grade_of("ada", judging::Verdict::kGraded,
                             {{"Sum.OfOnes", judging::Outcome::kPassed, "", 0.5},
                              {"Mean.SecretlyNegative", judging::Outcome::kPassed, "", 0.25}},
                             5),
                    grade_of(kHostileName, judging::Verdict::kGraded,
                             {{"Sum.OfOnes", judging::Outcome::kFailed, kHostileMessage, 0.5},
                              {"Mean.SecretlyNegative", judging::Outcome::kCrashed, "expected -1234.5", 0.25}},
                             0),
                    grade_of("max", judging::Verdict::kInfrastructureFailure, {}, 0)};
  grading.grades[1].report.detail = kHostileMessage;
  return grading;
}

}  // namespace spinlab::grading
