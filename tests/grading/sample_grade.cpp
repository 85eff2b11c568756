#include "tests/grading/sample_grade.h"

namespace spinlab::grading {

Grade sample_grade(const std::string& student, judging::Verdict verdict) {
  Grade grade;
  grade.key = {student, "source", "rubric", std::uint64_t{1} << 63};
  grade.entry = "class/" + student;
  grade.report.verdict = verdict;
  grade.report.detail = "it's \"quoted\"; DROP TABLE submissions";
  grade.report.checks = {{"A.a", judging::Outcome::kPassed, "", 0.25}, {"A.b", judging::Outcome::kTimedOut, "over 10 s", 10}};
  grade.report.layers = {{"seccomp", true}};
  grade.report.compile_seconds = 1.5;
  grade.report.check_seconds = 10.25;
  grade.checks_score = {2, 5};
  grade.attempts = 2;
  return grade;
}

}  // namespace spinlab::grading
