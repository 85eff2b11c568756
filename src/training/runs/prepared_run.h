#pragma once

#include <memory>
#include <optional>

#include "datasets/dataset.h"
#include "src/training/config.h"
#include "src/training/learner.h"
#include "src/training/runs/selection.h"

namespace spinlab::training {

/// A configuration with all that it needs to go: its data set, the validation part cut off, and the learner.
/// For the whole process: its threads are set.
struct PreparedRun {
  /// Throws c10::ValueError where model, data, validation or goal do not fit each other.
  PreparedRun(const Json& complete, const datasets::DataFolders& data, Ranks& ranks = no_other_ranks());

  /// With device, threads and objective made definite, so that a resumed run takes the same.
  Json json;
  TrainingConfig config;
  datasets::Dataset set;
  std::unique_ptr<Learner> learner;
  /// Where a validation part chooses among epochs.
  std::optional<Selection> selection;

  /// Goes on from a checkpoint's tensors.
  void load(NamedTensors state);
  /// Puts the weights of the best epoch in place, where a validation part chose one: what is evaluated and
  /// exported.
  void use_best();
  /// "train_loss", "test_accuracy", …: of every part.
  Json all_metrics();
};

}  // namespace spinlab::training
