#include <algorithm>
#include <iomanip>
#include <iostream>
#include <optional>

#include "experiments/experiment_file.h"
#include "src/cli/drawn_experiment.h"
#include "src/cli/experimenter/handed_over.h"
#include "src/cli/other_programs.h"
#include "src/cli/student/submission_path.h"
#include "src/judging/runner/experiment_run.h"

namespace fs = std::filesystem;

namespace spinlab::cli {
namespace {

struct Options {
  std::string name, data;
  std::string file;
  std::string out = ".";
  std::vector<std::string> settings;
  judging::RunOptions run;
};

std::vector<std::string> of_assignments() {
  auto names = judging::assignment_names();
  std::erase_if(names, [](const auto& name) {
    return !fs::exists(judging::load_assignment(name).folder / "experiment.cpp");
  });
  return names;
}

std::vector<std::string> all_names() {
  auto names = of_assignments();
  const auto own = experiments::experiment_names();
  names.insert(names.end(), own.begin(), own.end());
  return names;
}

void print(const std::string& name, const std::string& title) {
  std::cout << "  " << std::left << std::setw(20) << name << ' ' << title << '\n';
}

ExitCode list() {
  std::cout << "of assignments, with your functions\n";
  for (const auto& name : of_assignments()) print(name, judging::load_assignment(name).title);
  std::cout << "of the course\n";
  for (const auto& name : experiments::experiment_names())
    print(name, experiments::read_experiment(name).title);
  return ExitCode::kDone;
}

/// Whatever can be refused without it is, before the program is built that runs it.
ExitCode of_course(const Options& options, const Command::Words& words) {
  TORCH_CHECK_VALUE(options.file.empty() && !options.run.allow_weak_sandbox, options.name,
                    " is an experiment of the course and runs no code of yours: leave ",
                    options.file.empty() ? "--allow-weak-sandbox" : "--file", " out");
  experiments::override_settings(experiments::read_experiment(options.name), options.settings);
  return become_experiments(words);
}

ExitCode of_assignment(const Options& options) {
  const auto assignment = judging::load_assignment(options.name);
  TORCH_CHECK_VALUE(options.settings.empty(), assignment.name,
                    " is an assignment, whose experiment has no settings: leave --set out");
  const auto result =
      judging::run_experiment(assignment, submission_path(assignment, options.file), options.run);
  write_experiment(result, assignment.folder / "figure.py", options.out, assignment.name + "-experiment");
  return ExitCode::kDone;
}

ExitCode experiment(const Options& options, const Command::Words& words) {
  if (options.name.empty()) return list();
  const auto own = experiments::experiment_names();
  if (std::find(own.begin(), own.end(), options.name) != own.end()) return of_course(options, words);
  const auto assignments = judging::assignment_names();
  const bool known = std::any_of(assignments.begin(), assignments.end(),
                                 [&](const auto& name) { return name.starts_with(options.name); });
  TORCH_CHECK_VALUE(known, "there is no experiment \"", options.name, "\"",
                    did_you_mean(options.name, all_names()));
  return of_assignment(options);
}

const Registration kExperiment(handed_over::kExperiment, [](Command& command) {
  auto options = std::make_shared<Options>();
  command
      .option("name", options->name,
              "An assignment, or an experiment of the course; without one all are listed")
      .known(all_names);
  command.option("--file", options->file, "Your C++ file (default: the assignment's, in this folder)");
  command.option("--set", options->settings, "Change a setting of the course's: KEY=VALUE, again for more")
      .one_each_time();
  command.option("--out", options->out, "The folder for numbers and pictures").show_default();
  command.option("--seed", options->run.seed, "For all that is drawn at random").show_default();
  command.option("--data", options->data, "Where the data files are");
  command.flag("--allow-weak-sandbox", options->run.allow_weak_sandbox,
               "Run although this machine lacks layers of the sandbox (for code that you trust)");
  command.footer(
      "An assignment's needs all functions that its experiment.cpp calls. One of the course's has its\n"
      "settings in experiments/NAME/experiment.json and a page, docs/experiments/NAME.md.\n"
      "Example: spinlab experiment 01-regression --out figures\n"
      "Example: spinlab experiment kernel-width --set activation=relu --out figures");
  command.action([options](const Command::Words& words) { return experiment(*options, words); });
});

}  // namespace
}  // namespace spinlab::cli
