#pragma once

#include <ATen/core/Tensor.h>

#include <string>

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

}  // namespace spinlab::models
