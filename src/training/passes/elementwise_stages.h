#pragma once

#include "src/training/passes/stage.h"

namespace spinlab::training {

/// Layers number by number. make_stage chooses.
std::unique_ptr<Stage> make_activation(const models::ActivationLayer& layer, bool in_place);
std::unique_ptr<Stage> make_dropout(const models::DropoutLayer& layer);

}  // namespace spinlab::training
