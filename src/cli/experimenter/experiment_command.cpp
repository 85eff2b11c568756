// In spinlab-experiments: the course's own experiments, of which spinlab has the list and the help.
#include <iostream>

#include "experiments/experiment_file.h"
#include "experiments/run.h"
#include "src/cli/drawn_experiment.h"
#include "src/cli/experimenter/handed_over.h"
#include "src/core/files.h"
#include "src/core/interrupt.h"

namespace spinlab::cli {
namespace {

struct Options {
  std::string name, data;
  std::string out = ".";
  std::uint64_t seed = 0;
  std::vector<std::string> settings;
};

void run(const Options& options) {
  const auto experiment = experiments::read_experiment(options.name);
  const auto settings = experiments::override_settings(experiment, options.settings);
  const datasets::DataFolders data(options.data);
  data.require_existing();
  make_writable_folder(options.out);
  const auto numbers =
      experiments::run_experiment(options.name, settings, options.seed, data, /*shows_progress=*/true);
  write_experiment(numbers, experiment.folder / "figure.py", options.out, options.name);
}

ExitCode experiment(const Options& options) {
  const Interrupt interrupt;
  try {
    run(options);
    return ExitCode::kDone;
  } catch (const experiments::Interrupted&) {
  } catch (const c10::Error&) {
    if (!Interrupt::requested()) throw;  // Ctrl-C ends figure.py as well
  }
  std::cerr << "spinlab: interrupted; nothing was written\n";
  end_interrupted();
}

const Registration kRegistration(handed_over::kExperiment, [](Command& command) {
  auto options = std::make_shared<Options>();
  command.option("name", options->name, "An experiment of the course")
      .required(experiments::experiment_names);
  command.option("--set", options->settings, "Change a setting: KEY=VALUE").one_each_time();
  command.option("--out", options->out, "The folder for numbers and pictures").show_default();
  command.option("--seed", options->seed, "For all that is drawn at random").show_default();
  command.option("--data", options->data, "Where the data files are");
  command.action([options] { return experiment(*options); });
});

}  // namespace
}  // namespace spinlab::cli
