#pragma once

#include <ATen/core/Tensor.h>

#include "models/solvers/moments.h"

namespace spinlab::models {

/// x ↦ W x + b.
struct LinearMap {
  /// (d, k) and (k).
  at::Tensor weights, intercept;
};

/// The minimum of Σ_i |y_i - W x_i - b|² / n + λ |W|² from the moments of the rows, by Cholesky's
/// factorisation of XᵀX/n + λ, its rows and columns scaled to a diagonal of ones. Without an intercept b = 0
/// and the moments are about 0.
class NormalEquations {
 public:
  NormalEquations(const Moments& rows, double penalty, bool intercept);

  /// Condition number of the scaled matrix, to within a factor of about 2; infinite where it has no
  /// factorisation. The solution's relative error is about 1e-16 times this.
  double condition() const { return condition_; }

  LinearMap solution() const;

  /// The solution, less the error that its residual on the rows shows, until no error shows. It is as
  /// accurate as by QR of the rows, where the condition number is below about 1e8 [corrected seminormal
  /// equations: Björck, Linear Algebra Appl. 88/89 (1987)], or 1e4 for moments by float32 products.
  LinearMap refined(const at::Tensor& X, const at::Tensor& Y) const;

 private:
  at::Tensor solve(const at::Tensor& right) const;
  LinearMap with_intercept(at::Tensor weights) const;
  /// Minus half the objective's derivative by W, for residuals about their means.
  at::Tensor slope(const LinearMap& found, const at::Tensor& X, const at::Tensor& Y) const;
  double scaled_norm(const at::Tensor& weights) const;
  double norm_of_inverse() const;

  int64_t n_;
  double penalty_;
  at::Tensor x_mean_, y_mean_, xy_, scale_, L_;
  double condition_;
};

}  // namespace spinlab::models
