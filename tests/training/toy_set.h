#pragma once

#include "datasets/dataset.h"
#include "src/core/config.h"

namespace spinlab::training {

/// 150 training and 60 test images (1, 6, 6) of three classes that differ in where they are bright.
datasets::Dataset toy_images();

/// 90 training and 30 test rows of 4 features; y = 3 x_0 - x_1 + 1000, in other units than 1.
datasets::Dataset toy_regression();

/// A complete configuration for them: an MLP of 16 hidden units, batches of 32, SGD with momentum, cosine;
/// `changes` are merged in.
Json toy_config(const Json& changes = Json::object());

}  // namespace spinlab::training
