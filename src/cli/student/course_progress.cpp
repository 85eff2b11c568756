#include "src/cli/student/course_progress.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <set>

#include "src/core/config.h"
#include "src/core/files.h"

namespace fs = std::filesystem;

namespace spinlab::cli {
namespace {

using judging::Outcome;

fs::path progress_file() {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return fs::path(value == nullptr ? "" : value);
  };
  if (const auto state = variable("XDG_STATE_HOME"); !state.empty()) return state / "spinlab/progress.json";
  return variable("HOME") / ".local/state/spinlab/progress.json";
}

/// {"01-regression": ["Suite.Test", …]}: the checks that passed when they were last run.
Json load() {
  const auto file = progress_file();
  if (!fs::exists(file)) return Json::object();
  auto all = read_json(file);
  TORCH_CHECK_VALUE(all.is_object(), file.string(), " is no record of progress; remove it");
  return all;
}

std::set<std::string> passed_checks(const Json& all, const std::string& assignment) {
  std::set<std::string> names;
  if (!all.contains(assignment) || !all[assignment].is_array()) return names;
  for (const auto& name : all[assignment])
    if (name.is_string()) names.insert(name.get<std::string>());
  return names;
}

}  // namespace

void remember(const judging::Assignment& assignment, const judging::Report& report) {
  try {
    auto all = load();
    auto names = passed_checks(all, assignment.name);
    for (const auto& check : report.checks) {
      if (check.outcome == Outcome::kPassed) names.insert(check.name);
      if (check.outcome != Outcome::kPassed && check.outcome != Outcome::kNotRun) names.erase(check.name);
    }
    all[assignment.name] = names;
    write_file(progress_file(), all.dump(1) + "\n");
  } catch (const c10::Error& error) {
    std::cerr << "note: progress is not kept: " << error.what_without_backtrace() << '\n';
  }
}

AssignmentProgress progress_of(const judging::Assignment& assignment, const judging::HasData& has_data) {
  const auto names = passed_checks(load(), assignment.name);
  AssignmentProgress progress;
  for (const auto& check : assignment.checks) {
    if (!check.visible()) continue;
    const bool passed = names.contains(check.name);
    const bool can_run = std::all_of(check.data_sets.begin(), check.data_sets.end(), has_data);
    (passed ? progress.passed : can_run ? progress.open : progress.lacking).push_back(check);
    progress.points += passed ? check.points : 0;
    progress.maximum += check.points;
  }
  return progress;
}

}  // namespace spinlab::cli
