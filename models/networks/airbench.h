#pragma once

#include <torch/nn/cloneable.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/pimpl.h>

#include <vector>

#include "models/layers/conv_norm.h"
#include "models/layers/patch_whitening.h"

namespace spinlab::models {

struct AirbenchOptions {
  AirbenchOptions(int64_t channels, int64_t outputs) : channels_(channels), outputs_(outputs) {}
  /// Channels of the input images.
  TORCH_ARG(int64_t, channels);
  TORCH_ARG(int64_t, outputs);
  /// Filters of the whitening layer: even, at most 8 a channel.
  TORCH_ARG(int64_t, filters) = 24;
  /// Channels of each block; a block halves height and width.
  TORCH_ARG(std::vector<int64_t>, widths) = { 64, 256, 256 };
  /// The logits are multiplied by this, so that they start small.
  TORCH_ARG(double, scale) = 1.0 / 9;
};

/// The network of "94 % on CIFAR-10 in 3.29 seconds on a single GPU" [Jordan, arXiv:2404.00498, section 3]: 2
/// × 2 whitening filters that stay as they are (their bias is trained), then blocks of two convolutions, the
/// first with pooling, whose norms train a bias alone, GELU throughout, the maximum over the remaining
/// pixels, and a linear map without bias.
///
///     Airbench model(AirbenchOptions(3, 10));     // 1,972,792 parameters with the norms' ones
///     model->initialize(training_images);         // (n, 3, 32, 32), normalised
///     auto logits = model(images);                // (n, 10)
class AirbenchImpl : public torch::nn::Cloneable<AirbenchImpl> {
 public:
  explicit AirbenchImpl(AirbenchOptions options) : options(std::move(options)) { reset(); }
  /// Throws c10::ValueError where an option cannot be.
  void reset() override;

  /// Sets the whitening filters from images as forward takes them. Without it they are random.
  void initialize(const at::Tensor& images);

  /// x: (n, channels, H, W); H and W at least 1 + 2^blocks. Returns (n, outputs).
  at::Tensor forward(const at::Tensor& x);

  AirbenchOptions options;

 private:
  PatchWhitening whitening_{nullptr};
  std::vector<ConvNorm> layers_;
  torch::nn::Linear head_{nullptr};
};

TORCH_MODULE(Airbench);

}  // namespace spinlab::models
