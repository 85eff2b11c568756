#include <iostream>

#include "src/authoring/validation_stamp.h"
#include "src/cli/command_line.h"
#include "src/cli/data_presence.h"
#include "src/cli/jobs_option.h"
#include "src/core/interrupt.h"
#include "src/grading/report/table.h"
#include "src/judging/runner/assignment_programs.h"

namespace spinlab::cli {
namespace {

using authoring::Validation;

struct Arguments {
  std::vector<std::string> assignments;
  authoring::ValidateOptions options;
  bool if_changed = false;
  bool json = false;
};

/// Empty where nothing ran: lint had something to say.
std::string checks_table(const Validation& validation) {
  std::vector<std::vector<std::string>> rows{{"check", "points", "mutants", "false failures"}};
  for (const auto& health : validation.checks) {
    rows.push_back({health.check.name, judging::points_text(health.check.points),
                    std::to_string(health.mutants),
                    std::to_string(health.false_failures) + " of " + std::to_string(validation.seeds)});
  }
  return rows.size() == 1 ? "" : grading::columns(rows, {false, true, true, true}) + '\n';
}

std::string scientific(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1e", value);
  return text;
}

/// Of checks that a right solution may fail by chance; empty where there are none.
std::string stochastic_table(const Validation& validation) {
  constexpr double kConfidence = 0.95;
  std::vector<std::vector<std::string>> rows{{"stochastic check", "passes with", "master's runs failed",
                                              "verdict wrong", "at most (95 %)", "stated"}};
  for (const auto& [check, failed, single, mutants] : validation.checks) {
    const auto& [runs, majority, stated] = check.stochastic;
    if (stated == 0 || single.runs == 0) continue;
    const auto wrong = [&, runs = runs, majority = majority](double p) {
      return scientific(authoring::verdict_fails(runs, majority, p));
    };
    rows.push_back({check.name, std::to_string(majority) + " of " + std::to_string(runs) + " seeds",
                    std::to_string(single.failed) + " of " + std::to_string(single.runs),
                    wrong(static_cast<double>(single.failed) / single.runs),
                    wrong(authoring::upper_limit(single, kConfidence)), scientific(stated)});
  }
  return rows.size() == 1 ? "" : grading::columns(rows, {false, true, true, true, true, true}) + '\n';
}

/// Empty where there are none.
std::string mutants_table(const Validation& validation) {
  std::vector<std::vector<std::string>> rows{{"mutant", ""}};
  for (const auto& mutant : validation.mutants) {
    rows.push_back({mutant.name, mutant.missed.empty() ? "caught" : "MISSED"});
  }
  return rows.size() == 1 ? "" : grading::columns(rows, {false, false}) + '\n';
}

/// Right solutions in other styles; empty where there are none.
std::string variants_table(const Validation& validation) {
  std::vector<std::vector<std::string>> rows{{"variant", ""}};
  for (const auto& variant : validation.variants) {
    std::string failed;
    for (const auto& name : variant.failed) failed += (failed.empty() ? "FAILS " : ", ") + name;
    rows.push_back({variant.name, failed.empty() ? "full points" : failed});
  }
  return rows.size() == 1 ? "" : grading::columns(rows, {false, false}) + '\n';
}

void print(const std::string& name, const Validation& validation) {
  std::cout << name << "\n\n"
            << checks_table(validation) << stochastic_table(validation) << variants_table(validation)
            << mutants_table(validation);
  for (const auto& note : validation.notes) std::cout << "note: " << note << '\n';
  for (const auto& problem : validation.problems) std::cout << "problem: " << problem << '\n';
  std::cout << name << ": " << (validation.problems.empty() ? "sound" : "not sound") << '\n';
}

Json as_json(const std::string& name, const Validation& validation) {
  Json checks = Json::array(), mutants = Json::array(), variants = Json::array();
  for (const auto& health : validation.checks) {
    checks.push_back({{"name", health.check.name},
                      {"points", health.check.points},
                      {"mutants", health.mutants},
                      {"false_failures", health.false_failures},
                      {"runs", health.single.runs},
                      {"failed_runs", health.single.failed}});
  }
  for (const auto& mutant : validation.mutants) {
    mutants.push_back({{"name", mutant.name}, {"missed", mutant.missed}});
  }
  for (const auto& variant : validation.variants)
    variants.push_back({{"name", variant.name}, {"failed", variant.failed}});
  return {{"assignment", name},
          {"sound", validation.problems.empty()},
          {"problems", validation.problems},
          {"notes", validation.notes},
          {"seeds", validation.seeds},
          {"checks", checks},
          {"variants", variants},
          {"mutants", mutants}};
}

/// All mutants were tried where the drawn ones are asked for: that is enough too.
bool has_changed(const judging::Assignment& assignment, authoring::ValidateOptions options) {
  judging::require_program(assignment, assignment.name + "-checker");
  const auto was_sound_with = [&](int mutants) {
    options.mutants = mutants;
    return authoring::was_sound(assignment, authoring::validation_sha256(assignment, options));
  };
  const int asked = options.mutants;
  return !was_sound_with(asked) && (asked == 0 || !was_sound_with(0));
}

Validation validated(const judging::Assignment& assignment, authoring::ValidateOptions options) {
  options.runner = judging::WarmRunner();
  auto validation = authoring::validate(assignment, options);
  if (validation.problems.empty())
    authoring::remember_sound(assignment, authoring::validation_sha256(assignment, options));
  return validation;
}

ExitCode run(Arguments arguments) {
  const Interrupt interrupt;
  if (arguments.assignments.empty()) arguments.assignments = judging::assignment_names();
  arguments.options.jobs = affordable_jobs(arguments.options.jobs);
  arguments.options.has_data = data_on_this_machine();
  for (const auto& name : judging::assignment_names())
    arguments.options.course.push_back(judging::load_assignment(name));
  bool sound = true;
  for (const auto& name : arguments.assignments) {
    const auto assignment = judging::load_assignment(name);
    if (arguments.if_changed && !has_changed(assignment, arguments.options)) {
      std::cerr << assignment.name << ": sound, as nothing has changed since it was validated here\n";
      continue;
    }
    const auto validation = validated(assignment, arguments.options);
    sound = sound && validation.problems.empty();
    if (arguments.json)
      std::cout << as_json(assignment.name, validation).dump() << '\n';
    else
      print(assignment.name, validation);
  }
  return sound ? ExitCode::kDone : ExitCode::kChecksFailed;
}

const Registration kValidate(
    {Room::kAuthors, "validate", "Test an assignment itself: its master, its stubs, its mutants"},
    [](Command& command) {
      auto arguments = std::make_shared<Arguments>();
      auto& options = arguments->options;
      command.option("assignments", arguments->assignments, "Names or starts of them (default: all)");
      command.option("--seeds", options.seeds, "Check the master with so many seeds, to count false failures")
          .between(1, 100'000)
          .show_default();
      command.option("--variant-seeds", options.variant_seeds, "Check each of variants/ with so many seeds")
          .between(1, 1000)
          .show_default();
      command.option("--mutants", options.mutants,
                     "At most so many of the mutants, drawn anew after every change of the master")
          .between(1, 100'000);
      command.option("--seed", options.run.seed, "The first of those seeds").show_default();
      add_jobs_option(command, options.jobs);
      command.option("--filter", options.run.filter,
                     "Checks to run, as GoogleTest's filter: 'FitRidge.*:-*Slow*'");
      command.flag("--allow-missing-data", options.allow_missing_data,
                   "Leave out checks whose data set is not on this machine");
      command.flag("--if-changed", arguments->if_changed,
                   "Pass over what was sound here before, and has not changed since, nor what judges it");
      command.flag("--json", arguments->json, "One JSON object an assignment and line");
      command.flag("--allow-weak-sandbox", options.run.allow_weak_sandbox,
                   "Run although this machine lacks layers of the sandbox");
      command.footer("Example: spinlab validate 01-regression --seeds 20");
      command.action([arguments] { return run(*arguments); });
    });

}  // namespace
}  // namespace spinlab::cli
