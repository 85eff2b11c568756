#pragma once

#include <torch/nn/cloneable.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/pimpl.h>

#include "models/plain_layers.h"

namespace spinlab::models {

struct LinearModelOptions {
  LinearModelOptions(int64_t inputs, int64_t outputs) : inputs_(inputs), outputs_(outputs) {}
  /// Numbers in one example, all its dimensions flattened.
  TORCH_ARG(int64_t, inputs);
  TORCH_ARG(int64_t, outputs);
};

/// One affine map of the flattened input, y = W x + b: softmax regression where the loss is the
/// cross-entropy, linear regression where it is the squared error. The closed form of the latter is
/// models/estimators/ridge.h.
class LinearModelImpl : public torch::nn::Cloneable<LinearModelImpl> {
 public:
  explicit LinearModelImpl(LinearModelOptions options) : options(options) { reset(); }
  void reset() override;

  /// x: (n, …) with `inputs` numbers a row. Returns (n, outputs).
  at::Tensor forward(const at::Tensor& x);

  /// What forward does, on this module's parameters.
  PlainLayers plain_layers() const;

  LinearModelOptions options;

 private:
  torch::nn::Linear map_{nullptr};
};

TORCH_MODULE(LinearModel);

}  // namespace spinlab::models
