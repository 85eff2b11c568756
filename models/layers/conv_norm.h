#pragma once

#include <torch/nn/cloneable.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/pimpl.h>

namespace spinlab::models {

struct ConvNormOptions {
  ConvNormOptions(int64_t in_channels, int64_t out_channels)
      : in_channels_(in_channels), out_channels_(out_channels) {}
  TORCH_ARG(int64_t, in_channels);
  TORCH_ARG(int64_t, out_channels);
  /// Whether 2 × 2 max-pooling follows the convolution.
  TORCH_ARG(bool, pool) = false;
};

/// Convolution with 3 × 3 kernels and no bias, max-pooling where asked for, batch normalisation [Ioffe and
/// Szegedy, arXiv:1502.03167], ReLU. The first min(in, out) filters start as the identity, which the random
/// rest joins [Jordan, arXiv:2404.00498].
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
};

TORCH_MODULE(ConvNorm);

}  // namespace spinlab::models
