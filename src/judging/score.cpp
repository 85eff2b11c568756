#include "src/judging/score.h"

#include <algorithm>
#include <cstdio>

namespace spinlab::judging {

bool earns(const CheckInfo& check, const CheckResult& result, Verdict verdict) {
  return result.outcome == Outcome::kPassed && (verdict == Verdict::kGraded || check.answer);
}

Score score(const std::vector<CheckInfo>& checks, const Report& report) {
  Score total;
  for (const auto& check : checks) {
    total.maximum += check.points;
    const auto earned = [&](const CheckResult& result) {
      return result.name == check.name && earns(check, result, report.verdict);
    };
    if (std::any_of(report.checks.begin(), report.checks.end(), earned)) total.earned += check.points;
  }
  return total;
}

double points_of(const std::vector<CheckInfo>& checks) {
  double points = 0;
  for (const auto& check : checks) points += check.points;
  return points;
}

std::string points_text(double points) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", points);
  std::string trimmed = text;
  trimmed.erase(trimmed.find_last_not_of('0') + 1);
  if (trimmed.back() == '.') trimmed.pop_back();
  return trimmed == "-0" ? "0" : trimmed;
}

std::string percent(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.0f %%", 100 * share);
  return text;
}

}  // namespace spinlab::judging
