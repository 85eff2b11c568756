#pragma once

#include "src/training/passes/stage.h"

namespace spinlab::training {

/// Layers with weights. make_stage chooses.
std::unique_ptr<Stage> make_linear(const models::LinearLayer& layer);
std::unique_ptr<Stage> make_conv2d(const models::Conv2dLayer& layer);

}  // namespace spinlab::training
