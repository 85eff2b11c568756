#pragma once

#include <torch/nn/cloneable.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/normalization.h>
#include <torch/nn/pimpl.h>

#include <string>

namespace spinlab::models {

struct ChannelNormOptions {
  explicit ChannelNormOptions(int64_t channels) : channels_(channels) {}
  TORCH_ARG(int64_t, channels);
  /// "batch" [Ioffe and Szegedy, arXiv:1502.03167], "layer" [Ba, Kiros and Hinton, arXiv:1607.06450] or
  /// "group" [Wu and He, arXiv:1803.08494].
  TORCH_ARG(std::string, kind) = "batch";
  /// Of "group": divides the channels.
  TORCH_ARG(int64_t, groups) = 8;
};

/// Normalisation of feature maps, then a scale and a shift for each channel: over the batch and the pixels of
/// a channel, or over the channels and pixels of an image, all of them or a group.
class ChannelNormImpl : public torch::nn::Cloneable<ChannelNormImpl> {
 public:
  explicit ChannelNormImpl(ChannelNormOptions options) : options(std::move(options)) { reset(); }
  /// Throws c10::ValueError where an option cannot be.
  void reset() override;

  /// x: (n, channels, H, W), the same back. Throws c10::ValueError where a batch has one number a channel to
  /// learn from, whose deviation is 0.
  at::Tensor forward(const at::Tensor& x);

  ChannelNormOptions options;

 private:
  torch::nn::BatchNorm2d batch_{nullptr};
  torch::nn::GroupNorm group_{nullptr};
};

TORCH_MODULE(ChannelNorm);

}  // namespace spinlab::models
