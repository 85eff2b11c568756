#pragma once

#include "src/training/passes/stage.h"

namespace spinlab::training {

/// make_stage chooses.
std::unique_ptr<Stage> make_pooling(const models::PoolingLayer& layer);

}  // namespace spinlab::training
