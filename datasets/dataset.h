#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "datasets/files/data_folders.h"
#include "src/core/config.h"

namespace spinlab::datasets {

/// n examples, one a row of each tensor, on the CPU.
struct Split {
  /// (n, …): images uint8 (n, C, H, W); spins ±1 int8 (n, 1, L, L); features float64 (n, d); characters int64
  /// (n, T).
  at::Tensor inputs;
  /// Classes int64 (n), or (n, T) for text; regression float64 (n) or (n, k).
  at::Tensor targets;
  /// Ising sets only: float64 (n), the temperature of each configuration. Else undefined.
  at::Tensor temperatures;

  int64_t size() const { return inputs.size(0); }
  bool classified() const { return !targets.is_floating_point(); }
};

/// A data set as it is trained on: loaded once, shuffled and cut into batches by indexing.
struct Dataset {
  std::string name;
  Split train;
  Split test;
  /// Further held-out parts by name: "critical" of the Ising sets.
  std::map<std::string, Split> parts;
  /// What the classes 0, 1, … are called; empty for regression.
  std::vector<std::string> classes;
  /// What the columns of (n, d) inputs are; empty otherwise.
  std::vector<std::string> features;
  /// Of the training inputs, float32, shaped to broadcast over them: (C, 1, 1) for images, (d) for features.
  /// A batch is normalised where it is used, as (x - mean) / deviation; uint8 inputs are first divided by
  /// 255. Undefined for text.
  at::Tensor mean;
  at::Tensor deviation;
};

/// Loads by name. `options` is {"name": "mnist", …}: beside the data set's own options (its header says
/// which) each takes "max_train" and "max_test", to keep the first so many examples. `seed` is for what is
/// made, not read. Throws c10::ValueError: unknown name (with the nearest), unknown option, files missing,
/// cut short or corrupt (with the command that mends it).
Dataset load_dataset(const Json& options, const DataFolders& folders, std::uint64_t seed);

/// Every name that load_dataset knows.
std::vector<std::string> dataset_names();

/// What it is, in a line. Throws c10::ValueError for an unknown name.
std::string dataset_summary(const std::string& name);

}  // namespace spinlab::datasets
