#include "src/grading/report/gradescope.h"

#include "src/core/escape.h"
#include "src/grading/report/check_view.h"
#include "src/judging/rules.h"

namespace spinlab::grading {
namespace {

std::string output(const CheckView& view) {
  if (!view.counts) return "Not counted: " + view.message;
  if (view.outcome == judging::Outcome::kPassed) return "";
  const judging::CheckResult result{view.check.name, view.outcome, view.message};
  const auto message = view.check.hidden ? judging::reason_without_data(result) : clean_utf8(view.message);
  if (!judging::broken_rule(result).empty()) return message;  // the hint speaks of another mistake
  return message + (message.empty() ? "" : "\n") + "Hint: " + view.check.hint;
}

Json test(const CheckView& view) {
  Json test;
  test["name"] = view.check.title;
  test["score"] = view.earned;
  test["max_score"] = view.counts ? view.check.points : 0;
  if (view.counts) test["status"] = view.outcome == judging::Outcome::kPassed ? "passed" : "failed";
  test["output"] = output(view);
  test["output_format"] = "text";
  test["visibility"] = view.check.visible() ? "visible" : "after_published";
  return test;
}

std::string summary(const Grade& grade) {
  auto text = "Result: " + to_string(grade.report.verdict);
  if (is_adjusted(grade.breakdown)) text += "\nPoints: " + breakdown_text(grade.breakdown);
  if (!grade.report.detail.empty()) text += "\n" + clean_utf8(grade.report.detail);
  return text;
}

}  // namespace

Json gradescope_results(const Grading& grading, const Grade& grade) {
  Json results;
  results["score"] = grade.score.earned;
  results["execution_time"] = grade.report.compile_seconds + grade.report.check_seconds;
  results["output"] = summary(grade);
  results["output_format"] = "text";
  results["visibility"] = "visible";
  results["stdout_visibility"] = "hidden";
  results["tests"] = Json::array();
  for (const auto& view : check_views(grading, grade)) results["tests"].push_back(test(view));
  results["extra_data"] = {
      {"assignment", grading.assignment.name},    {"verdict", to_string(grade.report.verdict)},
      {"max_points", grade.score.maximum},        {"seed", grade.key.seed},
      {"source_sha256", grade.key.source_sha256}, {"sandbox", grade.report.layers}};
  return results;
}

}  // namespace spinlab::grading
