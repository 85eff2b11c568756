#pragma once

#include <map>
#include <string>
#include <vector>

#include "src/training/runs/run_summary.h"

namespace spinlab::training {

/// A metric over the seeds of one choice of settings.
struct Spread {
  double mean = 0;
  /// s/√n with the unbiased s; NaN for one run.
  double standard_error = 0;
  int64_t runs = 0;
};

Spread spread_of(const std::vector<double>& values);

/// Runs whose settings agree but for the seed; of several with one seed the first.
struct ComparedGroup {
  /// As text, in the order of Comparison::keys; empty where the runs have no such setting.
  std::vector<std::string> settings;
  std::vector<RunSummary> runs;
  std::map<std::string, Spread> metrics;
};

/// Runs side by side.
struct Comparison {
  /// The settings in which they differ, dotted; not seed, title, goal, device, threads, which change no
  /// meaning.
  std::vector<std::string> keys;
  /// The best first, by the runs' headline metric.
  std::vector<ComparedGroup> groups;
  /// Those that any has, the headline first, then by name. Of language models whose tokens differ that is
  /// bits_per_byte, where all have it.
  std::vector<std::string> metrics;
  /// What must be known to read them, a line; mostly empty.
  std::string remark{};
};

/// Throws c10::ValueError where there are no runs.
Comparison compare_runs(const std::vector<RunSummary>& runs);

/// Rows of cells, the header first: settings, number of runs, then mean ± standard error of each metric.
std::vector<std::vector<std::string>> table_of(const Comparison& comparison);
/// For pictures and programs: {"keys", "metrics", "remark", "groups": [{"settings": {…}, "runs": [folders],
/// "metrics": {name: {"mean", "standard_error", "runs"}}}]}.
Json json_of(const Comparison& comparison);

}  // namespace spinlab::training
