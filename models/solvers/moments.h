#pragma once

#include <ATen/core/Tensor.h>

namespace spinlab::models {

/// Means and centred second moments of rows that arrive in blocks: all that least squares needs of them, in
/// memory that does not grow with their number. Sums of columns far from 0 are taken about the first
/// block's means, so that they keep their digits [Chan, Golub and LeVeque, Am. Stat. 37 (1983)].
class Moments {
 public:
  /// float32 `products`, of columns in units of the first block's largest value, take half the time; Σ xxᵀ is
  /// then right to about 1e-7 of its diagonal, and not finite where a later value is 1e19 times as large.
  explicit Moments(at::ScalarType products = at::kDouble) : products_(products) {}

  /// X: (rows, d), Y: (rows, k), float64. Later blocks have the same d and k.
  void add(const at::Tensor& X, const at::Tensor& Y);

  int64_t rows() const { return rows_; }
  /// (d) and (k).
  at::Tensor x_mean() const;
  at::Tensor y_mean() const;
  /// Σ (x - x̄)(x - x̄)ᵀ (d, d), Σ (x - x̄)(y - ȳ)ᵀ (d, k), Σ (y - ȳ)² (k); without `centred` about 0.
  at::Tensor xx(bool centred = true) const;
  at::Tensor xy(bool centred = true) const;
  at::Tensor yy(bool centred = true) const;

 private:
  at::ScalarType products_;
  int64_t rows_ = 0;
  bool is_shifted_ = false;
  at::Tensor x_origin_, y_origin_, x_unit_, x_sum_, y_sum_, xx_, xy_, yy_;
};

/// Of all rows of X (n, d) and Y (n, k), by blocks that fit the caches.
Moments moments(const at::Tensor& X, const at::Tensor& Y, at::ScalarType products = at::kDouble);

}  // namespace spinlab::models
