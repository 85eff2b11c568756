#pragma once

#include <torch/nn/cloneable.h>
#include <torch/nn/pimpl.h>

namespace spinlab::models {

struct PatchWhiteningOptions {
  PatchWhiteningOptions(int64_t channels, int64_t filters) : channels_(channels), filters_(filters) {}
  /// Channels of the input images.
  TORCH_ARG(int64_t, channels);
  /// Even, from 2 to 2 · channels · kernel².
  TORCH_ARG(int64_t, filters);
  /// Height and width of a patch.
  TORCH_ARG(int64_t, kernel) = 2;
  /// Added to every variance, so that patterns which images hardly contain are not blown up to the size of
  /// the rest; of images normalised to variance 1, Jordan's value.
  TORCH_ARG(double, floor) = 5e-4;
};

/// A convolution whose filters decorrelate image patches, without padding. With the covariance
/// Σ = Σ_i λ_i v_i v_iᵀ of the patches that tile the images, λ_1 ≥ λ_2 ≥ …, filter i is v_i / √(λ_i + floor):
/// the outputs of different filters have no correlation, and that of filter i the variance λ_i / (λ_i +
/// floor). The negatives follow, so that a ReLU behind them keeps both signs. The filters are not trained,
/// the bias is. [Page, How to train your ResNet 8: Bag of tricks, 2019; Jordan, 94 % on CIFAR-10 in 3.29
/// seconds on a single GPU, arXiv:2404.00498]
class PatchWhiteningImpl : public torch::nn::Cloneable<PatchWhiteningImpl> {
 public:
  explicit PatchWhiteningImpl(PatchWhiteningOptions options) : options(options) { reset(); }
  /// Throws c10::ValueError where the number of filters cannot be.
  void reset() override;

  /// Sets filters (random before) and bias (zero). images: (n, channels, H, W) float32. Throws
  /// c10::ValueError where they are not, or smaller than a patch.
  void initialize(const at::Tensor& images);

  /// x: (n, channels, H, W). Returns (n, filters, H - kernel + 1, W - kernel + 1).
  at::Tensor forward(const at::Tensor& x);

  PatchWhiteningOptions options;
  /// (filters, channels, kernel, kernel) and (filters).
  at::Tensor weight, bias;
};

TORCH_MODULE(PatchWhitening);

}  // namespace spinlab::models
