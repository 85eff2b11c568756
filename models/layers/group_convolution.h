#pragma once

#include <torch/nn/cloneable.h>
#include <torch/nn/pimpl.h>

#include <string>

namespace spinlab::models {

struct GroupConvolutionOptions {
  GroupConvolutionOptions(int64_t in_channels, int64_t out_channels)
      : in_channels_(in_channels), out_channels_(out_channels) {}
  TORCH_ARG(int64_t, in_channels);
  TORCH_ARG(int64_t, out_channels);
  /// Odd: images keep their size.
  TORCH_ARG(int64_t, kernel) = 3;
  TORCH_ARG(std::string, group) = "p4m";
  /// Whether the input is an image; else it is the output of such a layer, a map for each element of the
  /// group.
  TORCH_ARG(bool, lifting) = false;
  /// Beyond the edge are "zeros", or "circular" the opposite edge's pixels.
  TORCH_ARG(std::string, padding) = "zeros";
};

/// Cross-correlation with one set of filters in all positions that the group gives them [Cohen and Welling,
/// Group equivariant convolutional networks, ICML 2016, equations 10 and 11]:
///
///     y_g = Σ_u x_u ⋆ T_g w_(g⁻¹u),
///
/// so that turning the input turns the maps and permutes them: y_g(T_h x) = T_h y_(h⁻¹g)(x), exactly up to
/// rounding. No bias.
class GroupConvolutionImpl : public torch::nn::Cloneable<GroupConvolutionImpl> {
 public:
  explicit GroupConvolutionImpl(GroupConvolutionOptions options) : options(std::move(options)) { reset(); }
  /// Throws c10::ValueError where an option cannot be.
  void reset() override;

  /// x: (n, in, H, W) where lifting, else (n, in · order, H, W), the element's number running faster.
  /// Returns (n, out · order, H, W).
  at::Tensor forward(const at::Tensor& x);

  GroupConvolutionOptions options;

 private:
  /// (out, in · inner · kernel²), inner being 1 where lifting.
  at::Tensor weight_;
  /// int64 (order · in · inner · kernel²): which of a filter's numbers stands where in the positions. No
  /// buffer, which to(kDouble) would turn into numbers that are no indices.
  at::Tensor places_;
};

TORCH_MODULE(GroupConvolution);

}  // namespace spinlab::models
