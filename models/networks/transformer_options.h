#pragma once

#include "models/layers/transformer_stack.h"
#include "src/core/config.h"

namespace spinlab::models {

/// The options that every transformer of the zoo has, "tied" among them: whether the embedding is the output
/// layer's matrix too [Press and Wolf, arXiv:1608.05859].
Json transformer_defaults();

/// A stack from these. Throws c10::ValueError where one cannot be.
TransformerStackOptions transformer_options(const Config& config, int64_t tokens, int64_t context,
                                            bool causal, bool decoder = false);

}  // namespace spinlab::models
