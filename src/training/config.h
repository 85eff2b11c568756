#pragma once

#include <optional>
#include <string>
#include <vector>

#include "src/core/config.h"
#include "src/training/augmentation.h"

namespace spinlab::training {

/// What a recipe promises.
struct Goal {
  std::string metric;
  double at_least = 0;
  /// Where the value is published or how it was found.
  std::string source;
};

/// One training run, completely described.
struct TrainingConfig {
  std::string recipe, title;
  Json model, data, optimizer, schedule;
  int64_t epochs = 0;
  int64_t batch = 0;
  std::uint64_t seed = 0;
  Augmentation augmentation;
  double label_smoothing = 0;
  /// β of the averaged weights that are evaluated (src/training/averaged_weights.h); 0: the weights
  /// themselves.
  double ema_decay = 0;
  bool channels_last = false;
  /// Evaluation averages the logits of an image and its mirror image.
  bool flip_tta = false;
  /// See src/training/device.h.
  std::string device = "cpu";
  /// LibTorch's threads on the CPU at most; 0: all.
  int threads = 0;
  std::optional<Goal> goal;
};

/// The recipe with every key that it lacks at its default, those of the chosen model, optimizer and schedule
/// included. A model that is fitted in one call takes none of the keys of training. Throws c10::ValueError,
/// with the nearest, at an unknown key or name. `where` names the recipe in messages.
Json complete_config(const Json& recipe, const std::string& where);

/// Applies --set KEY=VALUE to a complete configuration and completes the result. Another name in a section
/// (model.name, optimizer.name, schedule.name, data.name) is applied first: options that the new choice does
/// not know go, those that it alone has come with their defaults. Throws c10::ValueError: no "=", unknown
/// key.
Json override_config(Json config, const std::vector<std::string>& settings, const std::string& where);

/// From a complete configuration. Throws c10::ValueError where a type is wrong or a value cannot be.
TrainingConfig parse_config(const Json& complete, const std::string& where);

}  // namespace spinlab::training
