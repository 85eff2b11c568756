#pragma once

#include <torch/types.h>

#include <cmath>
#include <cstdint>

#include "src/core/seed.h"

/// What the experiment measures the noise of SGD on.
namespace optimization {

using torch::Tensor;

/// Least squares, ½ Σ_i (a_i·x − y_i)²/n, of noise of variance 1 alone, in 8 directions of curvature 0.01 to
/// 1: 32 independent fits, whose unknowns and gradients stand one after the other in one vector, so that the
/// same batches give 32 samples.
struct Fits {
  explicit Fits(std::uint64_t seed) {
    const auto drawn =
        torch::randn({number, points, 8}, spinlab::make_generator(seed, "features"), torch::kFloat64);
    const auto orthonormal = std::get<0>(torch::linalg_qr(drawn));
    A = std::sqrt(points) * orthonormal * curvatures.sqrt();
    y = torch::randn({number, points}, spinlab::make_generator(seed, "targets"), torch::kFloat64);
  }

  /// One after the other: (number · 8).
  Tensor minimum() const { return (torch::einsum("fnd,fn->fd", {A, y}) / (points * curvatures)).reshape(-1); }
  /// (number, 1).
  Tensor mean_square_residual(const Tensor& x) const {
    return residuals(x).square().mean(1, /*keepdim=*/true);
  }
  /// (points, number · 8).
  Tensor gradients_of_points(const Tensor& x) const {
    return (residuals(x).unsqueeze(2) * A).transpose(0, 1).reshape({points, -1});
  }
  /// The mean over a batch: (number · 8).
  Tensor gradient(const Tensor& x, const Tensor& batch) const {
    const auto some = A.index_select(1, batch);
    const auto residual =
        torch::einsum("fnd,fd->fn", {some, x.view({number, -1})}) - y.index_select(1, batch);
    return (torch::einsum("fnd,fn->fd", {some, residual}) / batch.size(0)).reshape(-1);
  }

  int64_t number = 32, points = 100;
  Tensor curvatures = torch::logspace(-2, 0, 8, 10.0, torch::kFloat64);

 private:
  Tensor residuals(const Tensor& x) const {
    return torch::einsum("fnd,fd->fn", {A, x.view({number, -1})}) - y;
  }

  Tensor A, y;  // (number, points, 8), AᵀA/points = diag(curvatures); (number, points)
};

/// The variance of one unknown at the ends of epochs of shuffled batches, in the stationary state. [handout,
/// section 8] `noise`: the variance of a batch's gradient if it were drawn with replacement. `batch` divides
/// `points`.
inline double variance_after_an_epoch(double curvature, double noise, double step, int64_t points,
                                      int64_t batch) {
  const int64_t m = points / batch;
  const double a = 1 - step * curvature, n = static_cast<double>(points);
  double first = 0, second = 0;
  for (int64_t t = 0; t < m; ++t) {
    first += std::pow(a, t);
    second += std::pow(a, 2 * t);
  }
  const double shuffled = noise * (n - batch) / (n - 1);
  return step * step * shuffled * m / (m - 1.0) * (second - first * first / m) / (1 - std::pow(a, 2 * m));
}

}  // namespace optimization
