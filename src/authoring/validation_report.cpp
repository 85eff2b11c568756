#include "src/authoring/validation_report.h"

#include <algorithm>
#include <cmath>

#include "src/judging/score.h"

namespace spinlab::authoring {
namespace {

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

/// The checks that ran and did not pass; all of `checks` where the source was not graded at all, a crash of
/// every check say.
std::vector<std::string> failed(const std::vector<judging::CheckInfo>& checks,
                                const judging::Report& report) {
  std::vector<std::string> names;
  for (const auto& check : checks) {
    const auto passed = [&](const judging::CheckResult& result) {
      return result.name == check.name && result.outcome == judging::Outcome::kPassed;
    };
    if (std::none_of(report.checks.begin(), report.checks.end(), passed)) names.push_back(check.name);
  }
  return names;
}

/// Whether the source got as far as its checks.
bool was_checked(const judging::Report& report) {
  return report.verdict == judging::Verdict::kGraded || report.verdict == judging::Verdict::kCrashed ||
         report.verdict == judging::Verdict::kTimedOut || report.verdict == judging::Verdict::kOverMemory;
}

}  // namespace

void ValidationReport::master(const Trial& trial) {
  if (!was_checked(trial.report)) return not_checked(trial);
  slowest_master_ = std::max(slowest_master_, trial.report.check_seconds);
  for (const auto& result : trial.report.checks) {
    auto& health = *std::find_if(validation_.checks.begin(), validation_.checks.end(),
                                 [&](const CheckHealth& each) { return each.check.name == result.name; });
    health.single.runs += result.runs;
    health.single.failed += result.runs - result.passes;
    if (result.outcome == judging::Outcome::kPassed) continue;
    ++health.false_failures;
    if (health.check.stochastic.false_failures == 0)
      problem(trial.name + " fails " + result.name + ": " + first_line(result.message));
  }
}

void ValidationReport::rates() {
  constexpr double kRightAndSlow = 10;
  if (kRightAndSlow * slowest_master_ > limits_.total_seconds)
    validation_.notes.push_back("the master took " + std::to_string(std::lround(slowest_master_)) +
                                " s; a right solution may take ten times as long, so raise \"total_seconds\"");
  for (const auto& [check, failed, single, mutants] : validation_.checks) {
    const auto& [runs, majority, stated] = check.stochastic;
    if (stated > 0 && contradicts(single, runs, majority, stated))
      problem("the master fails " + std::to_string(single.failed) + " of " + std::to_string(single.runs) +
              " runs of " + check.name + ", more often than its \"false_failures\" allow");
  }
}

void ValidationReport::nothing_earned(const Trial& trial) {
  if (!was_checked(trial.report)) return not_checked(trial);
  const auto earned = judging::score(checks_, trial.report).earned;
  if (earned == 0) return;
  std::vector<std::string> names;
  for (const auto& result : trial.report.checks) {
    if (result.outcome == judging::Outcome::kPassed) names.push_back(result.name);
  }
  problem(trial.name + ": earned " + judging::points_text(earned) + " points with " + joined(names));
}

void ValidationReport::variant(const std::string& name, const Trial& trial) {
  auto& all = validation_.variants;
  auto known = std::find_if(all.begin(), all.end(), [&](const auto& health) { return health.name == name; });
  if (known == all.end()) known = all.insert(all.end(), {name, {}});
  if (!was_checked(trial.report)) return not_checked(trial);
  for (const auto& result : trial.report.checks) {
    if (result.outcome == judging::Outcome::kPassed) continue;
    problem(trial.name + " is right, but fails " + result.name + ": " + first_line(result.message));
    if (std::count(known->failed.begin(), known->failed.end(), result.name) == 0)
      known->failed.push_back(result.name);
  }
}

void ValidationReport::mutant(const Mutant& mutant, const Trial& trial) {
  if (!was_checked(trial.report)) return not_checked(trial);
  MutantHealth health{mutant.name, {}};
  const auto caught = failed(checks_, trial.report);
  for (const auto& name : mutant.caught_by) {
    const bool by_this = std::count(caught.begin(), caught.end(), name) > 0;
    if (!by_this) health.missed.push_back(name);
    for (auto& check : validation_.checks) check.mutants += by_this && check.check.name == name;
  }
  if (!health.missed.empty())
    problem(trial.name + " (" + mutant.mistake + ") passes " + joined(health.missed));
  validation_.mutants.push_back(std::move(health));
}

void ValidationReport::sample(const Sample& sample, const Trial& trial) {
  const auto earned = judging::score(checks_, trial.report).earned;
  if (trial.report.verdict == sample.verdict && earned == sample.points) return;
  problem(trial.name + ": " + to_string(trial.report.verdict) + " with " + judging::points_text(earned) +
          " points, where samples.json says " + to_string(sample.verdict) + " with " +
          judging::points_text(sample.points));
}

void ValidationReport::not_checked(const Trial& trial) {
  problem(trial.name + ": not graded, " + to_string(trial.report.verdict) + ", " +
          first_line(trial.report.detail));
}

void ValidationReport::note_untested() {
  for (const auto& health : validation_.checks) {
    if (health.mutants == 0)
      validation_.notes.push_back(health.check.name + " is untested: no mutant is caught by it");
  }
}

}  // namespace spinlab::authoring
