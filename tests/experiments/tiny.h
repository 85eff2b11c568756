#pragma once

#include "experiments/experiment_file.h"
#include "experiments/run.h"

namespace spinlab::experiments {

/// An experiment of the course with other settings, quietly.
inline Json run_tiny(const std::string& name, const std::vector<std::string>& changes, std::uint64_t seed,
                     const datasets::DataFolders& data = datasets::DataFolders()) {
  return run_experiment(name, override_settings(read_experiment(name), changes), seed, data,
                        /*shows_progress=*/false);
}

/// By how many standard errors each measured value is away from theory's: {"value": […], "error": […]}.
inline std::vector<double> deviations(const Json& measured, const Json& theory) {
  std::vector<double> all;
  for (size_t i = 0; i < theory.size(); ++i)
    all.push_back((measured.at("value")[i].get<double>() - theory[i].get<double>()) /
                  measured.at("error")[i].get<double>());
  return all;
}

}  // namespace spinlab::experiments
