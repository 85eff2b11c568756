#pragma once

#include <string>
#include <vector>

#include "datasets/files/data_folders.h"
#include "src/training/export/safetensors.h"
#include "src/training/runs/run_folder.h"

namespace spinlab::training {

/// A run's model for others to predict with.
struct TrainedModel {
  /// Its name in the registry.
  std::string name;
  /// The weights that `evaluate` uses, those of the best epoch or averaged where the run has them, by the
  /// names that they have in PyTorch. Metadata, JSON where it is more than a word: "format" ("pt"), "spinlab"
  /// (version), "recipe", "seed", "weights" (which, in words), "epochs", "model" (options), "problem" (what
  /// the objective asked of it), "metrics", "classes", "normalization" and "target" ({"shape", "mean",
  /// "deviation"} of raw inputs and of the targets).
  Safetensors weights;
  /// Where a prediction from them differs from what `evaluate` does, and what else its reader should know, a
  /// line each.
  std::vector<std::string> remarks;
};

/// From the run's checkpoint and its data set, on the CPU. Throws c10::ValueError as evaluate_run.
TrainedModel trained_model(const RunFolder& run, const datasets::DataFolders& data);

}  // namespace spinlab::training
