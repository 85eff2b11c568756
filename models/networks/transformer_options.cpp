#include "models/networks/transformer_options.h"

#include "models/registry.h"

namespace spinlab::models {

Json transformer_defaults() {
  return {{"width", 128},
          {"layers", 4},
          {"heads", 4},
          {"key_value_heads", 0},
          {"positions", "learned"},
          {"norm", "layer"},
          {"norm_place", "pre"},
          {"feed_forward", "gelu"},
          {"hidden", 0},
          {"dropout", 0.0},
          {"bias", true},
          {"tied", true}};
}

TransformerStackOptions transformer_options(const Config& config, int64_t tokens, int64_t context,
                                            bool causal, bool decoder) {
  constexpr int64_t kMaxLayers = 1000;
  const auto width = config.integer("width", 1, kMaxWidth);
  const auto dropout = config.number("dropout", 0, 0.99);
  const auto bias = config.get<bool>("bias");
  TransformerBlockOptions block(width);
  block.attention()
      .heads(config.integer("heads", 1, width))
      .key_value_heads(config.integer("key_value_heads", 0, width))
      .causal(causal)
      .dropout(dropout)
      .bias(bias);
  block.feed_forward()
      .kind(config.get<std::string>("feed_forward"))
      .hidden(config.integer("hidden", 0, kMaxWidth))
      .bias(bias);
  block.norm().kind(config.get<std::string>("norm")).bias(bias);
  block.norm_place(config.get<std::string>("norm_place")).dropout(dropout).decoder(decoder);
  return TransformerStackOptions(tokens, context, block)
      .layers(config.integer("layers", 1, kMaxLayers))
      .positions(config.get<std::string>("positions"));
}

}  // namespace spinlab::models
