#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "src/core/config.h"

namespace spinlab::experiments {

/// experiments/NAME/experiment.json: what can be said of an experiment without running it.
struct ExperimentFile {
  std::string name, title;
  Json settings;  // an object, every setting at its default
  std::filesystem::path folder;
};

/// Those that come with Spinlab, in alphabetical order.
std::vector<std::string> experiment_names();

/// Throws c10::ValueError for an unknown name, with the nearest.
ExperimentFile read_experiment(const std::string& name);

/// The settings with what --set KEY=VALUE changes. Throws c10::ValueError for an unknown key, with the
/// nearest, and an empty list; values are looked at by whoever runs it.
Json override_settings(const ExperimentFile& experiment, const std::vector<std::string>& changes);

}  // namespace spinlab::experiments
