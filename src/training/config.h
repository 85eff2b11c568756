#pragma once

#include <optional>
#include <string>
#include <vector>

#include "src/core/config.h"
#include "src/training/batches/augmentation.h"
#include "src/training/lookahead.h"

namespace spinlab::training {

/// What a recipe promises: one of the two bounds.
struct Goal {
  std::string metric;
  std::optional<double> at_least, at_most;
  /// What others reached, in the unit of the metric.
  std::optional<double> published;
  /// Where the value is published or how it was found.
  std::string source;

  bool reached(double value) const { return at_least ? value >= *at_least : value <= *at_most; }
};

/// How a validation part chooses among epochs. Nothing of it touches the test part.
struct Validation {
  /// Of the training part, cut off by the seed; 0: the data set's own part "validation", where it has one.
  double fraction = 0;
  /// Of the learner's metrics.
  std::string metric = "loss";
  /// Training stops after so many epochs without a better value; 0: never.
  int64_t patience = 0;
  /// The weights of the best epoch are the run's result; else those of the last.
  bool best = true;
};

/// One training run, completely described.
struct TrainingConfig {
  std::string recipe, title;
  Json model, data, objective, optimizer, schedule;
  int64_t epochs = 0;
  /// Examples a step, and into how many parts of equal size they are cut, one after the other, to save
  /// memory.
  int64_t batch = 0;
  int64_t accumulate = 1;
  /// Steps after which an epoch ends, though not every example was seen; 0: when all were.
  int64_t epoch_steps = 0;
  /// The largest norm of a step's gradient; 0: any.
  double clip_norm = 0;
  /// See src/training/precision.h.
  std::string precision = "float32";
  std::uint64_t seed = 0;
  Augmentation augmentation;
  /// β of the averaged weights that are evaluated (src/training/averaged_weights.h); 0: the weights
  /// themselves.
  double ema_decay = 0;
  /// See src/training/lookahead.h.
  LookaheadOptions lookahead;
  bool channels_last = false;
  Validation validation;
  /// The folder of a run, or a safetensors file, whose weights this one begins with; empty: none.
  std::string start_from;
  /// See src/training/device.h.
  std::string device = "cpu";
  /// LibTorch's threads on the CPU at most; 0: all.
  int threads = 0;
  /// Of these a step of training; 0: found by measurement when the run begins, and written down.
  int step_threads = 0;
  std::optional<Goal> goal;
};

/// The recipe with every key that it lacks at its default, those of the chosen model, objective, optimizer
/// and schedule included. A model that is fitted in one call takes none of the keys of training. Throws
/// c10::ValueError, with the nearest, at an unknown key or name. `where` names the recipe in messages.
Json complete_config(const Json& recipe, const std::string& where);

/// From a complete configuration. Throws c10::ValueError where a type is wrong or a value cannot be.
TrainingConfig parse_config(const Json& complete, const std::string& where);

/// All that the numbers of a run follow from, but for its length and the machine: without title, goal,
/// epochs, device and threads, which may change under a run.
Json lasting_settings(const Json& complete);

/// A hash of lasting_settings(): what a checkpoint belongs to.
std::string config_identity(const Json& complete);

}  // namespace spinlab::training
