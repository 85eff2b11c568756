#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "models/plain_layers.h"

namespace spinlab::theory {

/// What a layer with weights contributes to gradients: its inputs, and the derivatives of all outputs by what
/// it gives.
struct WeightedLayer {
  models::PlainLayer layer;  // linear or convolution
  at::Tensor inputs;         // (n, …)
  at::Tensor derivatives;    // (outputs, n, …), side by side in memory for each of the n
  /// Behind this layer's nonlinearity weights alone may follow, the same for all inputs: the derivatives are
  /// then `after` (outputs, N) times `slopes` (n, N). Both undefined elsewhere.
  at::Tensor after = {}, slopes = {};
};

/// Of all such layers, the first first; X: (n, …) of the layers' type.
std::vector<WeightedLayer> weighted_layers(const models::PlainLayers& layers, const at::Tensor& X);

}  // namespace spinlab::theory
