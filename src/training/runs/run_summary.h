#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "src/core/config.h"

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
  std::map<std::string, double> metrics{};
  /// The name of the metric that says most: the last that is better higher, of the validation part where
  /// there is one, else of the test part; empty where nothing is measured yet.
  std::string headline{};
  bool higher_is_better = false;
};

/// The values of a configuration by dotted keys, as RunSummary::settings has them.
std::map<std::string, Json> dotted_settings(const Json& config);

/// Throws c10::ValueError where there is no run.
RunSummary summarise_run(const std::filesystem::path& folder);
/// In which lasting settings two complete configurations differ, five at most: "batch is 8, not 16;
/// optimizer.lr is …". Empty where in none.
std::string differing_settings(const Json& present, const Json& other);


/// All runs below a folder, those of sweeps too, by path. A folder that cannot be read is one that is
/// unreadable.
std::vector<RunSummary> runs_below(const std::filesystem::path& folder);

}  // namespace spinlab::training
