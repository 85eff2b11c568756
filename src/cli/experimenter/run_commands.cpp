#include <iostream>

#include "src/cli/experimenter/handed_over.h"
#include "src/cli/experimenter/metric_text.h"
#include "src/training/runs/run.h"

namespace spinlab::cli {
namespace {

struct RunArguments {
  std::string run, data, device;
  bool json = false, draw = false;
};

ExitCode plot(const RunArguments& arguments) {
  const training::RunFolder folder(arguments.run);
  folder.config();
  TORCH_CHECK_VALUE(
      training::has_curves(folder), arguments.run,
      ": no epoch of it is complete yet, or its model was fitted in one call: there is nothing to draw");
  training::plot_run(folder);
  std::cout << "written: " << (folder.path() / "curves.svg").string() << ", "
            << (folder.path() / "curves.png").string() << '\n';
  return ExitCode::kDone;
}

ExitCode evaluate(const RunArguments& arguments) {
  const training::RunFolder folder(arguments.run);
  const auto metrics =
      training::evaluate_run(folder, datasets::DataFolders(arguments.data), arguments.device, arguments.draw);
  if (arguments.json) {
    std::cout << metrics.dump() << '\n';
    return ExitCode::kDone;
  }
  const auto known = folder.metrics();
  for (const auto& [name, value] : metrics.items())
    std::cout << name << "  " << metric_text(name, value, known) << '\n';
  if (arguments.draw)
    std::cout << "written: " << (folder.path() / "evaluation.json").string()
              << ", evaluation.svg, evaluation.png\n";
  return ExitCode::kDone;
}

const Registration kRegistrationPlot(handed_over::kPlot, [](Command& command) {
  auto arguments = std::make_shared<RunArguments>();
  command.option("run", arguments->run, "A run's folder").required();
  command.footer("Example: spinlab plot runs/mnist-mlp-s1");
  command.action([arguments] { return plot(*arguments); });
});

const Registration kRegistrationEvaluate(handed_over::kEvaluate, [](Command& command) {
  auto arguments = std::make_shared<RunArguments>();
  command.option("run", arguments->run, "A run's folder").required();
  command.option("--data", arguments->data, "Where the data files are");
  command.option("--device", arguments->device, "Another than the run's: cpu, cuda, cuda:N");
  command.flag("--json", arguments->json, "Print one JSON line");
  command.flag(
      "--draw", arguments->draw,
      "Draw into the run's folder: of classes confusion matrix, calibration, worst mistakes and first "
      "filters; of trajectories forecasts beside the truth, and how their error grows");
  command.footer("Example: spinlab evaluate runs/mnist-mlp-s1 --json");
  command.action([arguments] { return evaluate(*arguments); });
});

}  // namespace
}  // namespace spinlab::cli
