#include <iostream>

#include "src/cli/commands.h"
#include "src/training/run.h"

namespace spinlab::cli {
namespace {

struct RunArguments {
  std::string run, data;
  bool json = false;
};

ExitCode plot(const RunArguments& arguments) {
  const training::RunFolder folder(arguments.run);
  training::plot_run(folder);
  std::cout << "written: " << (folder.path() / "curves.svg").string() << ", "
            << (folder.path() / "curves.png").string() << '\n';
  return ExitCode::kDone;
}

ExitCode evaluate(const RunArguments& arguments) {
  const auto metrics =
      training::evaluate_run(training::RunFolder(arguments.run), datasets::DataFolders(arguments.data));
  if (arguments.json) {
    std::cout << metrics.dump() << '\n';
    return ExitCode::kDone;
  }
  for (const auto& [name, value] : metrics.items()) std::cout << name << "  " << value << '\n';
  return ExitCode::kDone;
}

}  // namespace

void add_plot_command(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand("plot", "Draw the curves of a run");
  auto arguments = std::make_shared<RunArguments>();
  command->add_option("run", arguments->run, "A run's folder")->required();
  command->footer("Example: spinlab plot runs/mnist-mlp");
  command->callback([arguments, &action] { action = [arguments] { return plot(*arguments); }; });
}

void add_evaluate_command(CLI::App& app, Action& action) {
  auto* command =
      app.add_subcommand("evaluate", "The metrics of a run's checkpoint on every part of its data set");
  auto arguments = std::make_shared<RunArguments>();
  command->add_option("run", arguments->run, "A run's folder")->required();
  command->add_option("--data", arguments->data, "Where the data files are");
  command->add_flag("--json", arguments->json, "Print one JSON line");
  command->footer("Example: spinlab evaluate runs/mnist-mlp --json");
  command->callback([arguments, &action] { action = [arguments] { return evaluate(*arguments); }; });
}

}  // namespace spinlab::cli
