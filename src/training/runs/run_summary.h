#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "src/core/config.h"
#include "src/training/metrics.h"

namespace spinlab::training {

/// What a run's folder says without its data set, model or LibTorch.
struct RunSummary {
  std::filesystem::path folder;
  /// "finished", "running" (a process holds it), "failed" (it said why), "interrupted", or "unreadable".
  std::string state;
  std::string recipe{}, started{};
  std::uint64_t seed = 0;
  int64_t epochs_done = 0, epochs = 0;
  double seconds = 0;
  /// As written in config.json, by dotted keys: "optimizer.lr"; lists are values.
  std::map<std::string, Json> settings{};
  /// Of result.json, else of the last epoch.
  Metrics metrics{};
  /// What is known of these.
  std::vector<Metric> known{};
  /// The one that says most (headline_of); empty where nothing is measured yet.
  std::string headline{};
  bool higher_is_better = false;
};

/// The values of a configuration by dotted keys, as RunSummary::settings has them.
std::map<std::string, Json> dotted_settings(const Json& config);

/// In which lasting settings two complete configurations differ, five at most: "batch is 8, not 16;
/// optimizer.lr is …". Empty where in none.
std::string differing_settings(const Json& present, const Json& other);

/// Throws c10::ValueError where there is no run.
RunSummary summarise_run(const std::filesystem::path& folder);

/// All runs below a folder, those of sweeps too, by path. A folder that cannot be read is one that is
/// unreadable.
std::vector<RunSummary> runs_below(const std::filesystem::path& folder);

}  // namespace spinlab::training
