#include "src/grading/report/check_view.h"

#include <algorithm>
#include <cstdio>

namespace spinlab::grading {
namespace {

const judging::CheckResult* result_of(const Grade& grade, const std::string& name) {
  const auto& results = grade.report.checks;
  const auto found =
      std::find_if(results.begin(), results.end(), [&](const auto& result) { return result.name == name; });
  return found == results.end() ? nullptr : &*found;
}

std::string why_left_out(const Grading& grading, const std::string& name) {
  for (const auto& left : grading.rubric.left_out) {
    if (left.check.name == name) return left.reason;
  }
  return "";
}

}  // namespace

std::vector<CheckView> check_views(const Grading& grading, const Grade& grade) {
  std::vector<CheckView> views;
  for (const auto& check : grading.assignment.checks) {
    CheckView view;
    view.check = check;
    const auto* result = result_of(grade, check.name);
    view.judged = grade.report.verdict == judging::Verdict::kGraded || (check.answer && result != nullptr);
    if (result != nullptr) {
      view.outcome = result->outcome;
      view.seconds = result->seconds;
      view.message = result->message;
      if (judging::earns(check, *result, grade.report.verdict)) view.earned = check.points;
    } else {
      view.message = why_left_out(grading, check.name);
      view.counts = view.message.empty();
      if (view.counts) view.message = "not run: " + to_string(grade.report.verdict);
    }
    views.push_back(std::move(view));
  }
  return views;
}

std::string seeds_rule(const judging::CheckInfo& check) {
  const auto& [runs, majority, false_failures] = check.stochastic;
  if (runs == 1) return "";
  char rate[32];
  std::snprintf(rate, sizeof rate, "%.1g", false_failures);
  return "passes with " + std::to_string(majority) + " of " + std::to_string(runs) +
         " seeds; the probability that the master does not is at most " + rate;
}

}  // namespace spinlab::grading
