#include "models/solvers/normal_equations.h"

#include <ATen/ATen.h>

#include <limits>
#include <utility>

namespace spinlab::models {

NormalEquations::NormalEquations(const Moments& rows, double penalty, bool intercept)
    : n_(rows.rows()),
      penalty_(penalty),
      x_mean_(rows.x_mean()),
      y_mean_(rows.y_mean()),
      xy_(rows.xy(intercept).div_(n_)),
      condition_(std::numeric_limits<double>::infinity()) {
  if (!intercept) x_mean_.zero_(), y_mean_.zero_();
  auto matrix = rows.xx(intercept).div_(n_);
  matrix.diagonal().add_(penalty);
  scale_ = matrix.diagonal().sqrt();
  if (!scale_.gt(0).all().item<bool>()) return;
  auto [L, info] = at::linalg_cholesky_ex(matrix.div_(scale_.unsqueeze(1)).div_(scale_));
  if (info.item<int>() != 0) return;
  L_ = std::move(L);
  estimate_condition();
}

/// The largest eigenvalue is at most the trace, d, and the smallest follows from a few steps of inverse
/// iteration; its start is no eigenvector of anything likely.
void NormalEquations::estimate_condition() {
  constexpr int kSteps = 6;
  const auto d = scale_.numel();
  auto v = at::arange(d, L_.options()).mul_(2.399963).cos_().unsqueeze(1);
  double inverse = 0;
  for (int i = 0; i < kSteps; ++i) {
    v = at::cholesky_solve(v / v.norm(), L_);
    inverse = v.norm().item<double>();
  }
  const auto largest = at::matmul(L_.t(), L_).norm().item<double>();
  condition_ = largest * inverse;
}

at::Tensor NormalEquations::solve(const at::Tensor& right) const {
  const auto scale = scale_.unsqueeze(1);
  return at::cholesky_solve(right / scale, L_) / scale;
}

LinearMap NormalEquations::with_intercept(at::Tensor weights) const {
  auto intercept = y_mean_ - x_mean_.matmul(weights);
  return {std::move(weights), std::move(intercept)};
}

LinearMap NormalEquations::solution() const { return with_intercept(solve(xy_)); }

LinearMap NormalEquations::refined(const LinearMap& found, const at::Tensor& X, const at::Tensor& Y) const {
  const auto residual = Y - at::addmm(found.intercept, X, found.weights);
  const auto slope = X.t().mm(residual) - x_mean_.outer(residual.sum(0));
  return with_intercept(found.weights + solve(slope.div(n_) - penalty_ * found.weights));
}

}  // namespace spinlab::models
