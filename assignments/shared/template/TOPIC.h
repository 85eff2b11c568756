#pragma once

#include <torch/types.h>

/// @title@. Everything is float64.
namespace @topic@ {

using torch::Tensor;

/// Task 1. (1/n) Σ x_i². [Source, eq. 1]
/// x: (n). Throws c10::Error where x is no vector or has no element.
double mean_square(const Tensor& x);

}  // namespace @topic@
