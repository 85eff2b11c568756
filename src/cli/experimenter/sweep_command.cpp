#include <algorithm>
#include <iostream>

#include "src/cli/experimenter/compared.h"
#include "src/cli/experimenter/handed_over.h"
#include "src/cli/slurm_options.h"
#include "src/core/interrupt.h"
#include "src/core/parallel.h"
#include "src/training/recipe.h"
#include "src/training/recipe_file.h"
#include "src/training/runs/run_folder.h"
#include "src/training/sweeps/sweep_by_slurm.h"

namespace spinlab::cli {
namespace {

struct SweepArguments {
  std::string recipe, model, data, out;
  std::vector<std::string> settings;
  int seeds = 1, random = 0, jobs = usable_cores();
  SlurmArguments slurm;
  bool resume = false, dry_run = false, plots = true, json = false;

  std::filesystem::path folder() const {
    if (!out.empty()) return out;
    return std::filesystem::path("runs") / (std::filesystem::path(recipe).stem().string() + "-sweep");
  }
};

std::vector<training::PlannedRun> plan(const SweepArguments& arguments) {
  training::SweepOptions options{.seeds = arguments.seeds, .random = arguments.random};
  for (const auto& text : arguments.settings) options.settings.push_back(training::parse_swept_setting(text));
  const auto config = training::load_recipe(arguments.recipe, arguments.model);
  return training::plan_sweep(config, options, arguments.recipe);
}

ExitCode list(const std::vector<training::PlannedRun>& runs) {
  for (const auto& run : runs) std::cout << run.name << '\n';
  return ExitCode::kDone;
}

std::vector<training::RunSummary> summaries(const training::SweepFolder& folder,
                                            const std::vector<training::PlannedRun>& runs) {
  std::vector<training::RunSummary> all;
  for (const auto& run : runs) {
    if (training::RunFolder(folder.run(run)).has_result())
      all.push_back(training::summarise_run(folder.run(run)));
  }
  return all;
}

training::SweepEnd run_here(const training::SweepFolder& folder, const SweepArguments& arguments,
                            std::size_t runs, const std::string& command) {
  training::require_no_array(folder);
  // Runs side by side make better use of cores than threads inside of one; only what would lie idle is given
  // to threads.
  const int jobs = std::min<int>(arguments.jobs, static_cast<int>(runs));
  return training::run_sweep(folder, datasets::DataFolders(arguments.data), jobs,
                             std::max(1, arguments.jobs / jobs), command);
}

/// Of runs that have no result.
void say_why(const training::SweepEnd& end, const training::SweepFolder& folder, std::size_t runs) {
  const auto say = [&](int count, const char* what, const std::filesystem::path& logs, const char* remedy) {
    if (count > 0)
      std::cerr << "spinlab: " << count << " of " << runs << what << "; why is said in " << logs.string()
                << ". " << remedy << " with --resume\n";
  };
  if (!end.first_failure.empty()) std::cerr << end.first_failure << '\n';
  say(end.failed, " runs failed", folder.path() / "logs", "Try them again");
  say(end.left, " runs did not come to their end: their tasks were ended", folder.path() / "slurm/log",
      "Go on");
}

ExitCode sweep(const SweepArguments& arguments, const std::string& command) {
  const auto runs = plan(arguments);
  if (arguments.dry_run) return list(runs);
  if (arguments.slurm.asked()) slurm::require_slurm();
  training::SweepFolder folder(arguments.folder());
  folder.start(runs, arguments.resume);
  const Interrupt interrupt;
  const auto end = arguments.slurm.asked()
                       ? training::sweep_by_slurm(folder, arguments.data, arguments.slurm.array(), command)
                       : run_here(folder, arguments, runs.size(), command);
  if (end.interrupted) {
    std::cerr << "spinlab: interrupted; what is done is kept. Go on with: " << command
              << (arguments.resume ? "\n" : " --resume\n");
    end_interrupted();
  }
  say_why(end, folder, runs.size());
  if (end.finished > 0) {
    const auto comparison = training::compare_runs(summaries(folder, runs));
    print_comparison(comparison, arguments.json);
    for (const auto& file : write_comparison(comparison, folder.path() / "table", arguments.plots))
      std::cerr << "written: " << file.string() << '\n';
  }
  if (end.left > 0) return ExitCode::kOurFault;
  return end.failed > 0 ? ExitCode::kChecksFailed : ExitCode::kDone;
}

const Registration kRegistration(handed_over::kSweep, [](Command& command) {
  auto arguments = std::make_shared<SweepArguments>();
  command.option("recipe", arguments->recipe, "A name from spinlab list, or a .json file")
      .required(training::recipe_names);
  command
      .option("--set", arguments->settings,
              "A setting and its values: KEY=V1,V2,…, or, to draw from, KEY=LOW..HIGH or KEY=LOW..HIGH:log; "
              "again for more")
      .one_each_time();
  command.option("--seeds", arguments->seeds, "Runs of each choice, with the seeds from the recipe's on")
      .between(1, 100'000)
      .show_default();
  command.option("--random", arguments->random, "Draw so many choices in place of the grid")
      .between(1, 100'000);
  command.option("-j,--jobs", arguments->jobs, "Runs at a time (default: the processors)").between(1, 4096);
  add_array_options(
      command, arguments->slurm,
      "Train in a job array of a Slurm cluster, --slurm=N in N tasks; --out where all nodes see it");
  command.option("--model", arguments->model, "A .cpp with a model of your own, which the recipe names");
  command.option("--data", arguments->data, "Where the data files are");
  command.option("--out", arguments->out, "The sweep's folder (default: runs/RECIPE-sweep)");
  command.flag("--resume", arguments->resume, "Go on with a sweep that was interrupted");
  command.flag("--dry-run", arguments->dry_run, "Name the runs, train nothing");
  command.flag("!--no-plots", arguments->plots, "Draw no picture");
  command.flag("--json", arguments->json, "Print the table as one JSON line");
  command.footer("Example: spinlab sweep mnist-linear --set optimizer.lr=0.01,0.03,0.1 --seeds 3");
  command.action([arguments](const Command::Words& words) { return sweep(*arguments, command_text(words)); });
});

}  // namespace
}  // namespace spinlab::cli
