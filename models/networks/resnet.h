#pragma once

#include <torch/nn/cloneable.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/pimpl.h>

#include <vector>

#include "models/layers/conv_norm.h"
#include "models/layers/patch_whitening.h"

namespace spinlab::models {

struct ResNetOptions {
  ResNetOptions(int64_t channels, int64_t outputs) : channels_(channels), outputs_(outputs) {}
  /// Channels of the input images.
  TORCH_ARG(int64_t, channels);
  TORCH_ARG(int64_t, outputs);
  /// Filters of the whitening layer: even, at most 8 a channel.
  TORCH_ARG(int64_t, filters) = 24;
  /// Channels of each stage; a stage halves height and width.
  TORCH_ARG(std::vector<int64_t>, widths) = { 32, 64, 128 };
  /// Convolutions in each stage's residual branch; 0: the stage has none.
  TORCH_ARG(std::vector<int64_t>, branches) = { 0, 2, 2 };
  /// The logits are multiplied by this, so that they start small.
  TORCH_ARG(double, scale) = 0.125;
};

/// A small residual network for small images [He et al., Deep residual learning, CVPR 2016], in the shape
/// that trains in few epochs [Page, How to train your ResNet, 2018; Jordan, arXiv:2404.00498]: 2 × 2
/// whitening filters that stay as they are (their bias is trained), then stages of a convolution with pooling
/// and a residual branch, x + f(x), the maximum over the remaining pixels, and a linear map without bias.
///
///     ResNet model(ResNetOptions(3, 10));         // 470,520 parameters
///     model->initialize(training_images);    // (n, 3, 32, 32), normalised
///     auto logits = model(images);                // (n, 10)
class ResNetImpl : public torch::nn::Cloneable<ResNetImpl> {
 public:
  explicit ResNetImpl(ResNetOptions options) : options(std::move(options)) { reset(); }
  /// Throws c10::ValueError where an option cannot be.
  void reset() override;

  /// Sets the whitening filters from images as forward takes them. Without it they are random.
  void initialize(const at::Tensor& images);

  /// x: (n, channels, H, W); H and W at least 1 + 2^stages. Returns (n, outputs).
  at::Tensor forward(const at::Tensor& x);

  ResNetOptions options;

 private:
  struct Stage {
    ConvNorm down;
    std::vector<ConvNorm> branch;
    at::Tensor forward(const at::Tensor& x);
  };
  Stage make_stage(size_t number, int64_t in_channels);

  PatchWhitening whitening_{nullptr};
  std::vector<Stage> stages_;
  torch::nn::Linear head_{nullptr};
};

TORCH_MODULE(ResNet);

}  // namespace spinlab::models
