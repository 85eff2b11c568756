#include <chrono>
#include <iostream>
#include <optional>
#include <thread>
#include <tuple>
#include <utility>

#include "datasets/files/data_folders.h"
#include "src/cli/experimenter/handed_over.h"
#include "src/cli/experimenter/metric_text.h"
#include "src/cli/experimenter/train_in_job.h"
#include "src/core/interrupt.h"
#include "src/core/slurm/job.h"
#include "src/training/config.h"
#include "src/training/config_override.h"
#include "src/training/ranks/together.h"
#include "src/training/recipe.h"
#include "src/training/recipe_file.h"
#include "src/training/runs/describe_run.h"
#include "src/training/runs/run.h"
#include "src/training/runs/run_summary.h"

namespace spinlab::cli {
namespace {

/// --seed, --device and the like are settings like others, with a word of their own.
void add_setting(Command& command, const std::string& option, const std::string& key, const std::string& help,
                 const std::shared_ptr<TrainArguments>& arguments) {
  command.option(
      "--" + option, [=](const std::string& value) { arguments->settings.push_back(key + "=" + value); },
      help);
}

/// A run keeps the configuration that it was started with, but for its length, the machine and its goal.
Json changed_config(const training::RunFolder& folder, const TrainArguments& arguments) {
  const auto config = folder.config();
  auto changed = training::override_config(config, arguments.settings, "config");
  const auto differing = training::differing_settings(config, changed);
  TORCH_CHECK_VALUE(differing.empty(), folder.path().string(),
                    ": this run was started with other settings: ", differing,
                    ". Of a run that goes on, epochs, device, threads and goal can change; resume it without "
                    "the others, or start another by --out");
  return changed;
}

/// Of the run that is to go on: the recipe only says which it is.
training::RunFolder folder_to_resume(const TrainArguments& arguments, const Json& recipe) {
  auto seed = recipe.value("seed", Json(1));
  for (const auto& setting : arguments.settings) {
    if (setting.starts_with("seed="))
      seed = Json::parse(setting.substr(5), nullptr, /*allow_exceptions=*/false);
  }
  return training::RunFolder(arguments.folder(seed));
}

/// In which settings the recipe that was named differs.
std::string differences_from(const Json& config, const TrainArguments& arguments) {
  const auto asked = training::load_recipe(arguments.recipe, arguments.model);
  const auto differing = training::differing_settings(config, asked);
  return differing.empty() ? "" : " (" + differing + ")";
}

std::pair<training::RunFolder, Json> run_to_resume(const TrainArguments& arguments) {
  TORCH_CHECK_VALUE(!arguments.overwrite,
                    "--resume goes on with a run and --overwrite replaces it; give one of the two");
  const auto recipe = training::read_recipe(arguments.recipe);
  const auto folder = folder_to_resume(arguments, recipe);
  folder.require_model(arguments.model);
  auto config = changed_config(folder, arguments);
  TORCH_CHECK_VALUE(config.at("recipe") == recipe.at("recipe"), folder.path().string(), ": holds a run of ",
                    config.at("recipe").dump(), ", not of ", recipe.at("recipe").dump(),
                    differences_from(config, arguments), "; name that one, or another --out");
  return {folder, config};
}

void print_result(const Json& result, const std::vector<training::Metric>& known) {
  std::cout << result.at("recipe").get<std::string>() << '\n';
  for (const auto& [name, value] : result.at("metrics").items())
    std::cout << "  " << name << "  " << metric_text(name, value, known) << '\n';
  if (result.contains("chosen") && !result.at("chosen").at("epoch").is_null()) {
    const auto& chosen = result.at("chosen");
    std::cout << "  of epoch " << chosen.at("epoch") << ", the best by "
              << chosen.at("metric").get<std::string>() << '\n';
  }
  if (result.contains("goal")) {
    const auto& goal = result.at("goal");
    const auto metric = goal.at("metric").get<std::string>();
    std::cout << "  goal: " << metric << " of at " << (goal.contains("at_least") ? "least " : "most ")
              << metric_text(metric, goal.at(goal.contains("at_least") ? "at_least" : "at_most"), known)
              << (goal.at("reached") ? ", reached" : ", not reached") << '\n';
  }
  std::cout << "  " << training::text_of(result.at("seconds"), {"seconds", "s"}) << ", seed "
            << result.at("seed") << '\n';
}

void draw(const training::RunFolder& folder) {
  if (!training::has_curves(folder)) return;
  try {
    training::plot_run(folder);
  } catch (const c10::Error& error) {
    std::cerr << "spinlab: no picture was drawn: " << error.what_without_backtrace() << '\n';
  }
}

std::string megabytes(const Json& bytes) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f MB", bytes.get<double>() / 1e6);
  return text;
}

void print_description(const Json& description) {
  std::cout << description.at("config").at("recipe").get<std::string>() << '\n';
  for (const auto& [name, examples] : description.at("parts").items())
    std::cout << "  " << name << "  " << examples << " examples of " << description.at("inputs").dump()
              << '\n';
  for (const auto& [name, shape] : description.at("parameters").items())
    std::cout << "  " << name << "  " << shape.dump() << '\n';
  std::cout << "  " << description.at("parameter_count") << " parameters\n  " << description.at("steps")
            << " steps, " << description.at("steps_per_epoch") << " an epoch\n";
  for (const auto& [name, bytes] : description.at("bytes").items())
    std::cout << "  " << name << "  " << megabytes(bytes) << '\n';
}

ExitCode describe(const Json& config, const TrainArguments& arguments) {
  if (arguments.print_config) {
    std::cout << config.dump(2) << '\n';
    return ExitCode::kDone;
  }
  const auto description = training::describe_run(config, datasets::DataFolders(arguments.data));
  if (arguments.json) {
    std::cout << description.dump() << '\n';
  } else {
    print_description(description);
  }
  return ExitCode::kDone;
}

ExitCode finish(const Json& result, const training::RunFolder& folder, const TrainArguments& arguments) {
  if (arguments.plots) draw(folder);
  if (arguments.json) {
    std::cout << result.dump() << '\n';
  } else {
    print_result(result, folder.metrics());
    std::cout << "  written: " << folder.written() << '\n';
  }
  const bool missed = arguments.require_goal && result.contains("goal") && !result.at("goal").at("reached");
  return missed ? ExitCode::kChecksFailed : ExitCode::kDone;
}

Json configuration(const TrainArguments& arguments) {
  const auto recipe = training::load_recipe(arguments.recipe, arguments.model);
  return training::override_config(recipe, arguments.settings, arguments.recipe);
}

void require_goal(const Json& config, const TrainArguments& arguments) {
  TORCH_CHECK_VALUE(!arguments.require_goal || !config.at("goal").is_null(), arguments.recipe,
                    ": has no goal; leave --require-goal out, or give it one");
}

/// Where the run is to be and with which configuration.
std::pair<training::RunFolder, Json> chosen_run(const TrainArguments& arguments) {
  const auto chosen = [&]() -> std::pair<training::RunFolder, Json> {
    if (arguments.resume) return run_to_resume(arguments);
    const auto config = configuration(arguments);
    return {training::RunFolder(arguments.folder(config.at("seed"))), config};
  }();
  require_goal(chosen.second, arguments);
  return chosen;
}

std::pair<training::RunFolder, std::optional<Json>> run(const TrainArguments& arguments,
                                                        const std::string& command) {
  std::optional<std::pair<training::RunFolder, Json>> chosen;
  training::together(training::ranks(), [&] { chosen = chosen_run(arguments); });
  const auto& [folder, config] = *chosen;
  const datasets::DataFolders data(arguments.data);
  if (arguments.resume) return {folder, training::resume_run(folder, config, data, command)};
  return {folder, training::start_run(config, folder, data, command, arguments.overwrite)};
}

/// Nothing where the job ended without a code of its own.
std::pair<training::RunFolder, std::optional<int>> run_in_job(const TrainArguments& arguments) {
  if (arguments.resume) {  // a job that waits in the queue has no run yet
    const auto folder = folder_to_resume(arguments, training::read_recipe(arguments.recipe));
    if (const auto job = training::slurm_job_of(folder.path()); !job.empty())
      return {folder, training::follow_slurm_job(folder.path(), job)};
  }
  const auto folder = chosen_run(arguments).first;
  if (!arguments.resume) folder.require_free(arguments.overwrite);
  return {folder, training::run_by_slurm(folder.path(), slurm_run(arguments, folder.path()))};
}

/// Over NFS it may come later than the job's end.
Json result_of_job(const training::RunFolder& folder) {
  for (int second = 0; second < 10 && !folder.has_result(); ++second)
    std::this_thread::sleep_for(std::chrono::seconds(1));
  return folder.result();
}

ExitCode train_by_slurm(const TrainArguments& arguments) {
  slurm::require_slurm();
  const Interrupt interrupt;
  const auto [folder, code] = run_in_job(arguments);
  if (code == 0) return finish(result_of_job(folder), folder, arguments);
  if (Interrupt::requested()) {
    const bool begun = std::filesystem::exists(folder.path() / "config.json");
    std::cerr << "spinlab: interrupted; "
              << (begun
                      ? "what the run has saved is kept. Go on with: " + resume_line(arguments, folder.path())
                      : "the run had not begun")
              << '\n';
    end_interrupted();
  }
  TORCH_CHECK(code, "the job ended without a result: cancelled, killed or out of its time; go on with: ",
              resume_line(arguments, folder.path()));
  std::cerr << "spinlab: the job ended with code " << *code << "; why is said above, and in "
            << (folder.path() / "slurm/log").string() << '\n';
  // A goal that is missed is said here; 1 would be mpirun's own.
  return code == static_cast<int>(ExitCode::kUserMistake) ? ExitCode::kUserMistake : ExitCode::kOurFault;
}

ExitCode train(const TrainArguments& arguments, const std::string& command) {
  training::ranks();  // from here on the first alone speaks
  TORCH_CHECK_VALUE(!arguments.out || !arguments.out->empty(), "--out is empty; name a folder");
  if (arguments.dry_run || arguments.print_config) return describe(configuration(arguments), arguments);
  if (arguments.job.asked) return train_by_slurm(arguments);
  const auto [folder, result] = run(arguments, command);
  if (!result) {
    std::cerr << "spinlab: interrupted; the run is saved. Go on with: "
              << resume_line(arguments, folder.path()) << '\n';
    // Where one rank has ended, mpirun kills the others: none may before the first has saved.
    training::together(training::ranks(), [] {});
    end_interrupted();
  }
  return training::ranks().is_first() ? finish(*result, folder, arguments) : ExitCode::kDone;
}

const Registration kRegistration(handed_over::kTrain, [](Command& command) {
  auto arguments = std::make_shared<TrainArguments>();
  command.option("recipe", arguments->recipe, "A name from spinlab list, or a .json file")
      .required(training::recipe_names);
  command.option("--model", arguments->model,
                 "A .cpp with a model of your own, which the recipe names (docs/training.md)");
  command.option("--data", arguments->data, "Where the data files are");
  command.option("--out", arguments->out, "The run's folder (default: runs/RECIPE-sSEED)");
  command.option("--set", arguments->settings, "Change a setting of the recipe: KEY=VALUE, again for more")
      .one_each_time();
  add_setting(command, "seed", "seed", "Every random choice follows from it", arguments);
  add_setting(command, "epochs", "epochs", "How long; with --resume the run is extended", arguments);
  add_setting(command, "from", "start_from",
              "A run, or a safetensors file, whose weights this one begins with", arguments);
  add_setting(command, "device", "device", "cpu, cuda, cuda:N, or auto (a GPU where there is one)",
              arguments);
  add_setting(command, "threads", "threads", "CPU threads at most (default: all)", arguments);
  command.flag("--resume", arguments->resume, "Go on with an interrupted run, or extend a finished one");
  command.flag("--overwrite", arguments->overwrite, "Replace the run that the folder holds");
  add_job_options(command, arguments->job);
  command.flag("--dry-run", arguments->dry_run, "Say shapes, parameters, memory and steps; train nothing");
  command.flag("--print-config", arguments->print_config, "Print the complete configuration; train nothing");
  command.flag("--require-goal", arguments->require_goal, "Exit with 1 where the recipe's goal is missed");
  command.flag("!--no-plots", arguments->plots, "Draw no curves");
  command.flag("--json", arguments->json, "Print the result as one JSON line");
  command.footer("Example: spinlab train mnist-mlp --set optimizer.lr=3e-4 --seed 2 --out runs/slow");
  command.action([arguments](const Command::Words& words) { return train(*arguments, command_text(words)); },
                 /*by_ranks=*/true);
});

}  // namespace
}  // namespace spinlab::cli
