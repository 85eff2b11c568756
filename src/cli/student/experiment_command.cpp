#include <iostream>

#include "src/cli/assignment_option.h"
#include "src/cli/command_line.h"
#include "src/cli/student/submission_path.h"
#include "src/core/files.h"
#include "src/core/python.h"
#include "src/judging/runner/experiment_run.h"

namespace fs = std::filesystem;

namespace spinlab::cli {
namespace {

struct Options {
  std::string assignment;
  std::string file;
  std::string out = ".";
  judging::RunOptions run;
};

ExitCode experiment(const Options& options) {
  const auto assignment = judging::load_assignment(options.assignment);
  const auto result =
      judging::run_experiment(assignment, submission_path(assignment, options.file), options.run);
  const auto picture = fs::path(options.out) / (assignment.name + "-experiment");
  const auto numbers = picture.string() + ".json";
  write_file(numbers, result.dump(1) + "\n");
  run_python(assignment.folder / "figure.py", {numbers, picture});
  for (const char* ending : {".json", ".svg", ".png"})
    if (fs::exists(picture.string() + ending)) std::cout << "wrote " << picture.string() << ending << '\n';
  return ExitCode::kDone;
}

const Registration kExperiment(
    {Room::kStudents, "experiment", "Run the assignment's experiment with your functions and draw it"},
    [](Command& command) {
      auto options = std::make_shared<Options>();
      add_assignment_option(command, options->assignment);
      command.option("--file", options->file, "Your C++ file (default: the assignment's, in this folder)");
      command.option("--out", options->out, "The folder for numbers and pictures").show_default();
      command.option("--seed", options->run.seed, "For the data that it draws").show_default();
      command.flag("--allow-weak-sandbox", options->run.allow_weak_sandbox,
                   "Run although this machine lacks layers of the sandbox (for code that you trust)");
      command.footer(
          "Needs all functions that the assignment's experiment.cpp calls.\n"
          "Example: spinlab experiment 01-regression --out figures");
      command.action([options] { return experiment(*options); });
    });

}  // namespace
}  // namespace spinlab::cli
