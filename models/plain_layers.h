#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <variant>
#include <vector>

namespace spinlab::models {

/// What a model that is a plain sequence of layers says about itself, so that it can be trained without a
/// graph (src/training/passes/plain_pass.h). Weights and biases are the module's own parameters; a bias may
/// be undefined.

/// (n, in) → (n, out), y = x Wᵀ + b. weight: (out, in); bias: (out).
struct LinearLayer {
  at::Tensor weight;
  at::Tensor bias;
};

/// (n, in, h, w) → (n, out, h', w'): cross-correlation as torch::nn::Conv2d, without dilation and groups.
/// weight: (out, in, kh, kw); bias: (out).
struct Conv2dLayer {
  at::Tensor weight;
  at::Tensor bias;
  int64_t stride = 1;
  int64_t padding = 0;
};

/// By its name in models/layers/activation.h.
struct ActivationLayer {
  std::string name;
};

/// In training: zeros with this probability, the others divided by 1 - probability. Else nothing.
struct DropoutLayer {
  double probability = 0;
};

enum class Pooling { kMaximum, kAverage };

/// Windows of size × size side by side; what is left over at the edge is dropped.
struct PoolingLayer {
  Pooling kind = Pooling::kMaximum;
  int64_t size = 2;
};

/// (n, …) → (n, product).
struct FlattenLayer {};

using PlainLayer =
    std::variant<LinearLayer, Conv2dLayer, ActivationLayer, DropoutLayer, PoolingLayer, FlattenLayer>;

/// In the order of the forward pass.
using PlainLayers = std::vector<PlainLayer>;

}  // namespace spinlab::models
