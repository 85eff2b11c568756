#include "models/networks/recurrent_options.h"

#include "models/registry.h"

namespace spinlab::models {

Json recurrent_defaults() { return {{"cell", "lstm"}, {"hidden", 128}, {"layers", 1}, {"dropout", 0.0}}; }

RecurrentStackOptions recurrent_options(const Config& config, int64_t inputs) {
  constexpr int64_t kMaxLayers = 100;
  return RecurrentStackOptions(inputs, config.integer("hidden", 1, kMaxWidth))
      .cell(config.one_of("cell", {"lstm", "gru", "tanh", "relu"}))
      .layers(config.integer("layers", 1, kMaxLayers))
      .dropout(config.number("dropout", 0, 0.99));
}

}  // namespace spinlab::models
