#pragma once

#include <torch/nn/cloneable.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/dropout.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/pimpl.h>

#include <string>
#include <vector>

#include "models/layers/channel_norm.h"

namespace spinlab::models {

struct DeepResNetOptions {
  DeepResNetOptions(int64_t channels, int64_t outputs) : channels_(channels), outputs_(outputs) {}
  /// Channels of the input images.
  TORCH_ARG(int64_t, channels);
  TORCH_ARG(int64_t, outputs);
  /// Layers with weights, as the papers count them: 6 blocks + 2, or with projections 6 blocks + 4.
  TORCH_ARG(int64_t, depth) = 20;
  /// The stages have 16, 32 and 64 times so many channels.
  TORCH_ARG(int64_t, widen) = 1;
  /// Where a block changes the number of channels, x is taken at every second pixel and filled up with
  /// channels of zeros ("pad", option A of He et al.), or goes through a 1 × 1 convolution ("projection").
  /// "none": no block has a shortcut, a plain network.
  TORCH_ARG(std::string, shortcut) = "pad";
  /// Norm and ReLU before each convolution in place of behind it [He et al., arXiv:1603.05027].
  TORCH_ARG(bool, preactivation) = false;
  /// See ChannelNormOptions.
  TORCH_ARG(std::string, norm) = "batch";
  TORCH_ARG(int64_t, groups) = 8;
  /// Probability of a zero between a block's two convolutions.
  TORCH_ARG(double, dropout) = 0;
};

/// Residual networks for small images: a 3 × 3 convolution to 16 channels, three stages of blocks of two
/// 3 × 3 convolutions, the second and third begun with stride 2, the mean over the pixels, a linear map
/// [He, Zhang, Ren and Sun, Deep residual learning, CVPR 2016, section 4.2; wide: Zagoruyko and Komodakis,
/// arXiv:1605.07146, with preactivation and projections]. On (3, 32, 32) and 10 classes:
///
///     DeepResNet(DeepResNetOptions(3, 10))                            // ResNet-20, 269,722 parameters
///     DeepResNet(DeepResNetOptions(3, 10).depth(28).widen(10).preactivation(true).shortcut("projection"))
///                                                                     // WRN-28-10, 36,479,194
class DeepResNetImpl : public torch::nn::Cloneable<DeepResNetImpl> {
 public:
  explicit DeepResNetImpl(DeepResNetOptions options) : options(std::move(options)) { reset(); }
  /// Throws c10::ValueError where an option cannot be.
  void reset() override;

  /// x: (n, channels, H, W). Returns (n, outputs).
  at::Tensor forward(const at::Tensor& x);

  DeepResNetOptions options;

 private:
  struct Block {
    ChannelNorm norm1, norm2;
    torch::nn::Conv2d conv1, conv2, projection;
  };
  Block make_block(const std::string& name, int64_t in, int64_t out, int64_t stride);
  ChannelNorm make_norm(const std::string& name, int64_t channels);
  at::Tensor block(Block& layers, const at::Tensor& x);
  at::Tensor preactivated_block(Block& layers, const at::Tensor& x);
  /// What a block adds to its branch; undefined in a plain network.
  at::Tensor shortcut(Block& layers, const at::Tensor& x) const;

  torch::nn::Conv2d entry_{nullptr};
  ChannelNorm norm_{nullptr};
  std::vector<Block> blocks_;
  torch::nn::Dropout dropout_{nullptr};
  torch::nn::Linear head_{nullptr};
};

TORCH_MODULE(DeepResNet);

}  // namespace spinlab::models
