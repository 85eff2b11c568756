#pragma once

#include <torch/nn/cloneable.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/pimpl.h>

#include <string>

#include "models/layers/activation.h"
#include "models/plain_layers.h"

namespace spinlab::models {

struct LeNet5Options {
  LeNet5Options(int64_t channels, int64_t outputs) : channels_(channels), outputs_(outputs) {}
  /// Channels of the input images.
  TORCH_ARG(int64_t, channels);
  TORCH_ARG(int64_t, outputs);
  /// "tanh" as published; "relu" is the usual choice today.
  TORCH_ARG(std::string, activation) = "tanh";
  /// "average" as published, or "max".
  TORCH_ARG(std::string, pooling) = "average";
};

/// LeNet-5 [LeCun et al., Gradient-based learning applied to document recognition, Proc. IEEE 86 (1998),
/// section II.B]: convolutions of 6 and 16 maps with 5 × 5 kernels, each followed by a 2 × 2 subsampling,
/// then layers of 120 and 84 units. As in most later versions, C3 sees all maps of S2, the subsampling has no
/// coefficients, and the output is linear where the paper has radial basis functions.
class LeNet5Impl : public torch::nn::Cloneable<LeNet5Impl> {
 public:
  explicit LeNet5Impl(LeNet5Options options) : options(std::move(options)) { reset(); }
  void reset() override;

  /// x: (n, channels, 28, 28), padded to 32 × 32, or (n, channels, 32, 32). Returns (n, outputs).
  at::Tensor forward(const at::Tensor& x);

  /// What forward does to images of this height, on this module's parameters.
  PlainLayers plain_layers(int64_t height) const;

  LeNet5Options options;

 private:
  at::Tensor subsample(const at::Tensor& x) const;

  torch::nn::Conv2d c1_{nullptr}, c3_{nullptr};
  torch::nn::Linear c5_{nullptr}, f6_{nullptr}, output_{nullptr};
  Activation activation_ = nullptr;
  bool max_pooling_ = false;
};

TORCH_MODULE(LeNet5);

}  // namespace spinlab::models
