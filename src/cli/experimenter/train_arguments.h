#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "src/core/config.h"

namespace spinlab::cli {

/// --slurm and what belongs to it.
struct JobArguments {
  bool asked = false;
  int nodes = 0, ranks = 0;  // 0: not said
  std::string options;
};

struct TrainArguments {
  std::string recipe, model, data;
  std::optional<std::filesystem::path> out;
  std::vector<std::string> settings;
  bool resume = false, overwrite = false, plots = true, json = false;
  bool dry_run = false, print_config = false, require_goal = false;
  JobArguments job;

  /// A run's folder is named after its recipe and seed, so that several seeds stand beside each other.
  std::filesystem::path folder(const Json& seed) const;
};

/// The command that goes on with the run in `folder`.
std::string resume_line(const TrainArguments& arguments, const std::filesystem::path& folder);

}  // namespace spinlab::cli
