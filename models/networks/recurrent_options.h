#pragma once

#include "models/layers/recurrent_stack.h"
#include "src/core/config.h"

namespace spinlab::models {

/// The options that recurrent networks have in common: "cell", "hidden", "layers", "dropout".
Json recurrent_defaults();

/// From these; `inputs`: numbers that a step reads.
RecurrentStackOptions recurrent_options(const Config& config, int64_t inputs);

}  // namespace spinlab::models
