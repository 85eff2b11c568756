#pragma once

#include <ATen/core/Tensor.h>

namespace spinlab::models {

/// Lower bounds of the distances between queries and rows that cost few columns. A rotation keeps distances;
/// the leading principal axes hold most of them, and what they leave out enters by its length alone:
/// ‖q - t‖² ≥ ‖Pq - Pt‖² + (‖q - Pq‖ - ‖t - Pt‖)² [by Cauchy and Schwarz; with means and deviations in place
/// of axes: Hwang, Han and Ahn, CVPR 2012]. All of it is one product of float32 matrices, with a bound on its
/// rounding. Where few axes would leave too many rows for a search to look at, the columns are the data's own
/// and the bound is the distance.
class DistanceBounds {
 public:
  DistanceBounds() = default;
  /// rows: (n, d) float64; k: how many neighbours are sought, as a rule.
  DistanceBounds(const at::Tensor& rows, int64_t k);

  /// All lengths below are in units of this power of two, in which no row is farther than 1 from their mean.
  double scale() const { return scale_; }
  /// (n) int64: which row stands at each place. The order knows nothing of the data's, so that a search that
  /// goes along it finds near rows early.
  const at::Tensor& order() const { return order_; }
  /// (n, c) float32, by places.
  const at::Tensor& columns() const { return columns_; }

  struct Queries {
    /// (m, c) float32: columns · columns()ᵀ, at each pair, is at most ‖q - t‖² - ‖q‖² + slack.
    at::Tensor columns;
    /// (m) float64: ‖q‖² from the rows' mean, and slack.
    at::Tensor squared_norms, slack;
  };
  /// X: (m, d) float64.
  Queries queries(const at::Tensor& X) const;

 private:
  struct Coordinates {
    /// (m, p + 1), or (m, d): along the axes, and the length that they leave out; and ‖x‖² (m). float64.
    at::Tensor inside, squared_norms;
  };
  Coordinates coordinates(const at::Tensor& X) const;
  /// For norms up to `norms` (m): how far the float32 products may be from exact ones.
  at::Tensor rounding(const at::Tensor& norms) const;

  double scale_ = 1;
  at::Tensor mean_;
  /// (d, p) with orthonormal columns, or undefined for the data's own.
  at::Tensor axes_;
  at::Tensor order_, columns_;
};

}  // namespace spinlab::models
