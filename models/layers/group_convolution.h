#pragma once

#include <torch/nn/cloneable.h>
#include <torch/nn/pimpl.h>

#include <string>
#include <vector>

namespace spinlab::models {

/// Symmetries of the square lattice about a point: "p4" has the four rotations by quarter turns, "p4m" also
/// their products with the mirror image. Element g is R^k F^f, first the flip of left and right (f = 0, 1),
/// then k quarter turns from the rows' axis to the columns'; its number is 4f + k.
class PointGroup {
 public:
  /// Throws c10::ValueError for another name.
  explicit PointGroup(const std::string& name);

  int64_t order() const { return order_; }
  /// The number of g h, and that of g⁻¹.
  int64_t product(int64_t g, int64_t h) const;
  int64_t inverse(int64_t g) const;
  /// T_g x. x: (…, H, W).
  static at::Tensor transform(const at::Tensor& x, int64_t g);
  /// Whether g is a rotation (1) or has a flip (-1).
  static int64_t parity(int64_t g) { return g < 4 ? 1 : -1; }

 private:
  int64_t order_;
};

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
