#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "datasets/files/data_folders.h"
#include "src/core/config.h"
#include "src/core/registry.h"

namespace spinlab::experiments {

/// Thrown where Ctrl-C was pressed (src/core/interrupt.h).
struct Interrupted {};

/// What an experiment is run with.
class Run {
 public:
  Run(const Json& settings, const std::string& name, std::uint64_t seed, const datasets::DataFolders& data,
      bool shows_progress)
      : settings(settings, "experiment " + name), seed(seed), data(data), shows_progress_(shows_progress) {}

  const Config settings;
  const std::uint64_t seed;
  const datasets::DataFolders data;

  /// body(0) … body(costs.size() - 1), the next one begun by whichever core is free, operators of LibTorch on
  /// one thread inside; the first exception is thrown. Progress, and the time that is left, go by the costs,
  /// of any one unit. What a body draws must follow from its number, not from the order of beginning.
  void tasks(const std::string& title, const std::vector<double>& costs,
             const std::function<void(int64_t)>& body) const;

  /// Throws Interrupted after Ctrl-C: to be called now and then in what takes seconds.
  static void go_on();

 private:
  bool shows_progress_;
};

/// An experiment's numbers from its settings, which are those of experiments/NAME/experiment.json. Each
/// registers itself in its own source:
///   const Registered<ExperimentEntry> kRegistered{{.name = "kernel-width", .numbers = numbers}};
struct ExperimentEntry {
  std::string name;
  /// Theory and measurement as its figure.py wants them. Throws c10::ValueError for a setting that cannot be.
  Json (*numbers)(const Run& run) = nullptr;
};

/// What figure.py reads: {"experiment", "seed", "settings", "seconds", …numbers}. `settings`: complete.
Json run_experiment(const std::string& name, const Json& settings, std::uint64_t seed,
                    const datasets::DataFolders& data, bool shows_progress);

}  // namespace spinlab::experiments
