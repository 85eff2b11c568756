#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "src/core/config.h"

namespace spinlab::training {

/// One setting of a recipe and the values that it takes in a sweep: "optimizer.lr=1e-4,3e-4,1e-3", a list
/// with its commas in brackets ("model.hidden=[64],[64,64]"), or, where values are drawn, a range:
/// "clip_norm=0.1..10" uniform, "optimizer.lr=1e-5..1e-2:log" uniform in its logarithm, between whole numbers
/// whole.
struct SweptSetting {
  std::string key;
  std::vector<std::string> values;
  /// Instead of values.
  double low = 0, high = 0;
  bool logarithmic = false, whole = false;
  bool is_range() const { return values.empty(); }
};

/// Throws c10::ValueError where there is no "=", no value, or the range is none.
SweptSetting parse_swept_setting(const std::string& text);

struct SweepOptions {
  std::vector<SweptSetting> settings{};
  /// Each choice of settings is run with so many seeds, from the recipe's own on.
  int64_t seeds = 1;
  /// Choices that are drawn from values and ranges; 0: the grid of all values.
  int64_t random = 0;
};

struct PlannedRun {
  /// Of its folder: "007-lr=0.0003-s2".
  std::string name;
  Json config;
};

/// All runs, those with the same settings one after the other. Every configuration is complete and valid.
/// Throws c10::ValueError: an unknown key, a value that cannot be, a key that is named twice or changes no
/// number, the same run twice in a grid (of draws it is left out), a range without `random`, more than
/// 100,000 runs.
std::vector<PlannedRun> plan_sweep(const Json& config, const SweepOptions& options, const std::string& where);

}  // namespace spinlab::training
