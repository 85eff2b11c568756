#pragma once

#include <ATen/core/Tensor.h>

#include <optional>

#include "models/solvers/sparse_rows.h"

namespace spinlab::models {

/// The mean cross-entropy of softmax(W x + b) over rows of data, and its derivatives. One pass over the rows,
/// by blocks on all cores; sums go by chunks of rows whatever the number of cores, so that this does not
/// change a bit.
class SoftmaxLoss {
 public:
  /// X: (n, d) float64, or float32 for half the time and six digits, of `slope` alone; y: (n) int64 in [0,
  /// classes).
  SoftmaxLoss(at::Tensor X, at::Tensor y, int64_t classes);

  struct Slope {
    double loss = 0;
    /// (d, classes) and (classes).
    at::Tensor by_weights, by_intercept;
  };
  /// W: (d, classes), b: (classes).
  Slope slope(const at::Tensor& W, const at::Tensor& b) const;

  /// Second derivatives between numbers of [W; b] (d + 1, classes), named by their places in it counted row
  /// by row: (p, p) for places (p), int64. Time n p².
  at::Tensor curvature(const at::Tensor& W, const at::Tensor& b, const at::Tensor& places) const;

  SoftmaxLoss in_float32() const;

  const at::Tensor& X() const { return X_; }
  int64_t classes() const { return classes_; }

 private:
  SoftmaxLoss(at::Tensor X, at::Tensor y, int64_t classes, std::optional<SparseRows> sparse)
      : X_(std::move(X)), y_(std::move(y)), classes_(classes), sparse_(std::move(sparse)) {}

  at::Tensor X_, y_;
  int64_t classes_;
  std::optional<SparseRows> sparse_;  // X's, where few of its numbers are not 0
};

}  // namespace spinlab::models
