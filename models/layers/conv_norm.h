#pragma once

#include <torch/nn/cloneable.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/pimpl.h>

#include <string>

#include "models/layers/activation.h"

namespace spinlab::models {

struct ConvNormOptions {
  ConvNormOptions(int64_t in_channels, int64_t out_channels)
      : in_channels_(in_channels), out_channels_(out_channels) {}
  TORCH_ARG(int64_t, in_channels);
  TORCH_ARG(int64_t, out_channels);
  /// Whether 2 × 2 max-pooling follows the convolution.
  TORCH_ARG(bool, pool) = false;
  /// By its name in models/layers/activation.h.
  TORCH_ARG(std::string, activation) = "relu";
  /// Whether the norm's factors are trained; else they stay 1.
  TORCH_ARG(bool, scaled) = true;
  /// Of the norm's running statistics, a batch's share, and what is added to each variance.
  TORCH_ARG(double, momentum) = 0.1;
  TORCH_ARG(double, eps) = 1e-5;
};

/// Convolution with 3 × 3 kernels and no bias, max-pooling where asked for, batch normalisation [Ioffe and
/// Szegedy, arXiv:1502.03167], an activation. The first min(in, out) filters start as the identity, which the
/// random rest joins [Jordan, arXiv:2404.00498].
class ConvNormImpl : public torch::nn::Cloneable<ConvNormImpl> {
 public:
  explicit ConvNormImpl(ConvNormOptions options) : options(options) { reset(); }
  void reset() override;

  /// x: (n, in, H, W). Returns (n, out, H, W), or (n, out, ⌊H/2⌋, ⌊W/2⌋) with pooling.
  at::Tensor forward(const at::Tensor& x);

  ConvNormOptions options;

 private:
  torch::nn::Conv2d conv_{nullptr};
  torch::nn::BatchNorm2d norm_{nullptr};
  Activation activation_;
};

TORCH_MODULE(ConvNorm);

}  // namespace spinlab::models
