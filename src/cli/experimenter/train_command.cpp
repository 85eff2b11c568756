#include <iostream>

#include "datasets/files/data_folders.h"
#include "src/cli/experimenter/handed_over.h"
#include "src/core/called_as.h"
#include "src/core/interrupt.h"
#include "src/training/config.h"
#include "src/training/recipe.h"
#include "src/training/run.h"

namespace spinlab::cli {
namespace {

struct TrainArguments {
  std::string recipe, data, out;
  std::vector<std::string> settings;
  bool resume = false, overwrite = false, plots = true, json = false;

  std::filesystem::path folder() const {
    const auto name = std::filesystem::path(recipe).stem();
    return out.empty() ? std::filesystem::path("runs") / name : std::filesystem::path(out);
  }
};

/// --seed, --device and --threads are settings like others, with a word of their own.
void add_setting(Command& command, const std::string& option, const std::string& help,
                 const std::shared_ptr<TrainArguments>& arguments) {
  command.option(
      "--" + option, [=](const std::string& value) { arguments->settings.push_back(option + "=" + value); },
      help);
}

/// A run keeps the configuration that it was started with.
void require_same_config(const TrainArguments& arguments, const Json& config) {
  if (arguments.settings.empty()) return;
  TORCH_CHECK_VALUE(
      training::override_config(config, arguments.settings, "config") == config, arguments.folder().string(),
      ": this run was started with other settings; resume it without them, or start another by --out");
}

std::string resume_line(const TrainArguments& arguments) {
  std::string line =
      called_as() + " train " + arguments.recipe + " --resume --out " + arguments.folder().string();
  return arguments.data.empty() ? line : line + " --data " + arguments.data;
}

void print_result(const Json& result) {
  std::cout << result.at("recipe").get<std::string>() << '\n';
  for (const auto& [name, value] : result.at("metrics").items())
    std::cout << "  " << name << "  " << value << '\n';
  if (result.contains("goal")) {
    const auto& goal = result.at("goal");
    std::cout << "  goal: " << goal.at("metric").get<std::string>() << " of at least " << goal.at("at_least")
              << (goal.at("reached") ? ", reached" : ", not reached") << '\n';
  }
  std::cout << "  " << result.at("seconds") << " s, seed " << result.at("seed") << '\n';
}

void draw(const training::RunFolder& folder) {
  try {
    training::plot_run(folder);
  } catch (const c10::Error& error) {
    std::cerr << "spinlab: no picture was drawn: " << error.what_without_backtrace() << '\n';
  }
}

std::optional<Json> run(const TrainArguments& arguments) {
  const training::RunFolder folder(arguments.folder());
  const datasets::DataFolders data(arguments.data);
  if (arguments.resume) {
    require_same_config(arguments, folder.config());
    return training::resume_run(folder, data);
  }
  const auto recipe = training::load_recipe(arguments.recipe);
  const auto config = training::override_config(recipe, arguments.settings, arguments.recipe);
  return training::start_run(config, folder, data, arguments.overwrite);
}

ExitCode train(const TrainArguments& arguments) {
  const auto result = run(arguments);
  if (!result) {
    std::cerr << "spinlab: interrupted; the run is saved. Go on with: " << resume_line(arguments) << '\n';
    end_interrupted();
  }
  const training::RunFolder folder(arguments.folder());
  if (arguments.plots) draw(folder);
  if (arguments.json) {
    std::cout << result->dump() << '\n';
  } else {
    print_result(*result);
    std::cout << "  written: " << folder.written() << '\n';
  }
  return ExitCode::kDone;
}

const Registration kRegistration(handed_over::kTrain, [](Command& command) {
  auto arguments = std::make_shared<TrainArguments>();
  command.option("recipe", arguments->recipe, "A name from spinlab list, or a .json file").required();
  command.option("--data", arguments->data, "Where the data files are");
  command.option("--out", arguments->out, "The run's folder (default: runs/RECIPE)");
  command.option("--set", arguments->settings, "Change a setting of the recipe: KEY=VALUE, again for more")
      .one_each_time();
  add_setting(command, "seed", "Every random choice follows from it", arguments);
  add_setting(command, "device", "cpu, cuda, cuda:N, or auto (a GPU where there is one)", arguments);
  add_setting(command, "threads", "CPU threads at most (default: all)", arguments);
  command.flag("--resume", arguments->resume, "Go on with an interrupted run");
  command.flag("--overwrite", arguments->overwrite, "Replace the run that the folder holds");
  command.flag("!--no-plots", arguments->plots, "Draw no curves");
  command.flag("--json", arguments->json, "Print the result as one JSON line");
  command.footer("Example: spinlab train mnist-mlp --set optimizer.lr=3e-4 --seed 2 --out runs/slow");
  command.action([arguments] { return train(*arguments); });
});

}  // namespace
}  // namespace spinlab::cli
