#include "models/solvers/normal_equations.h"

#include <ATen/ATen.h>

#include <limits>
#include <utility>

namespace spinlab::models {
namespace {

/// A block is still in the cache when its residual is known.
constexpr int64_t kBlockRows = 1024;
constexpr int kMaxSteps = 4;
constexpr double kRounding = std::numeric_limits<double>::epsilon();

}  // namespace

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
  matrix.div_(scale_.unsqueeze(1)).div_(scale_);
  auto [L, info] = at::linalg_cholesky_ex(matrix);
  if (info.item<int>() != 0) return;
  L_ = std::move(L);
  condition_ = matrix.norm().item<double>() * norm_of_inverse();
}

/// By a few steps of inverse iteration; its start is no eigenvector of anything likely.
double NormalEquations::norm_of_inverse() const {
  constexpr int kSteps = 6;
  const auto d = scale_.numel();
  auto v = at::arange(d, L_.options()).mul_(2.399963).cos_().unsqueeze(1);
  double inverse = 0;
  for (int i = 0; i < kSteps; ++i) {
    v = at::cholesky_solve(v / v.norm(), L_);
    inverse = v.norm().item<double>();
  }
  return inverse;
}

at::Tensor NormalEquations::solve(const at::Tensor& right) const {
  const auto scale = scale_.unsqueeze(1);
  return at::cholesky_solve(right / scale, L_) / scale;
}

LinearMap NormalEquations::with_intercept(at::Tensor weights) const {
  auto intercept = y_mean_ - x_mean_.matmul(weights);
  return {std::move(weights), std::move(intercept)};
}

/// Of fitted values rather than of weights, which come in any units.
double NormalEquations::scaled_norm(const at::Tensor& weights) const {
  return (weights * scale_.unsqueeze(1)).norm().item<double>();
}

LinearMap NormalEquations::solution() const { return with_intercept(solve(xy_)); }

at::Tensor NormalEquations::slope(const LinearMap& found, const at::Tensor& X, const at::Tensor& Y) const {
  auto sum = at::zeros_like(found.weights), left = at::zeros_like(found.intercept);
  for (int64_t first = 0; first < X.size(0); first += kBlockRows) {
    const auto x = X.slice(0, first, first + kBlockRows);
    const auto residual =
        Y.slice(0, first, first + kBlockRows) - at::addmm(found.intercept, x, found.weights);
    sum.addmm_(x.t(), residual);
    left.add_(residual.sum(0));
  }
  return sum.sub_(x_mean_.outer(left)).div_(n_).sub_(found.weights, penalty_);
}

LinearMap NormalEquations::refined(const at::Tensor& X, const at::Tensor& Y) const {
  auto found = solution();
  auto before = scaled_norm(found.weights);
  const auto negligible = kRounding * before;
  for (int step = 0; step < kMaxSteps; ++step) {
    const auto by = solve(slope(found, X, Y));
    found = with_intercept(found.weights + by);
    const auto change = scaled_norm(by);
    // What is left is smaller by as much as this change is smaller than the one before.
    if (change * change <= negligible * before) break;
    before = change;
  }
  return found;
}

}  // namespace spinlab::models
