#pragma once

#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <numbers>
#include <string>
#include <vector>

#include "assignments/shared/spectra.h"

/// What the checks hand to a student's functions, and plain second implementations to compare with.
namespace kernels::problems {

using namespace spinlab::shared;

/// Σ_a (x_a − z_a)² of all pairs, difference by difference.
inline Tensor distances2(const Tensor& X, const Tensor& Z) {
  auto r2 = torch::zeros({X.size(0), Z.size(0)}, torch::kFloat64);
  const auto x = X.accessor<double, 2>(), z = Z.accessor<double, 2>();
  auto sum = r2.accessor<double, 2>();
  for (int64_t i = 0; i < X.size(0); ++i) {
    for (int64_t j = 0; j < Z.size(0); ++j)
      for (int64_t a = 0; a < X.size(1); ++a) sum[i][j] += std::pow(x[i][a] - z[j][a], 2);
  }
  return r2;
}

inline Tensor gaussian(const Tensor& X, const Tensor& Z, double width) {
  return (distances2(X, Z) / (-2 * width * width)).exp();
}

/// (x·z + c)^p by repeated multiplication.
inline Tensor polynomial(const Tensor& X, const Tensor& Z, int64_t degree, double offset) {
  const auto base = (X.unsqueeze(1) * Z.unsqueeze(0)).sum(2) + offset;
  auto power = torch::ones_like(base);
  for (int64_t k = 0; k < degree; ++k) power = power * base;
  return power;
}

inline Tensor solve(const Tensor& A, const Tensor& b) {
  return torch::linalg_solve(A, b.unsqueeze(1)).squeeze(1);
}

/// (K + λn)⁻¹ y.
inline Tensor ridge(const Tensor& K, const Tensor& y, double lambda) {
  return solve(K + lambda * static_cast<double>(y.size(0)) * eye(y.size(0)), y);
}

/// V diag(eigenvalues) Vᵀ with drawn eigenvectors.
inline Tensor symmetric(const Tensor& eigenvalues, const std::string& purpose) {
  const auto V = rotation(eigenvalues.size(0), purpose);
  const auto A = (V * eigenvalues).matmul(V.t());
  return (A + A.t()) / 2;
}

/// n points that are at least 1/2 apart on a line, so that Gaussian kernels of width 1/2 are well
/// conditioned.
inline Tensor spread(int64_t n, const std::string& purpose) {
  return (torch::arange(n, torch::kFloat64) + 0.5 * uniform({n}, 0, 1, purpose)).unsqueeze(1);
}

/// Nodes and weights of ∫ f(x) N(x; 0, 1) dx by the trapezoidal rule, which converges exponentially.
struct Nodes {
  Tensor x, weights;
};

inline Nodes gaussian_nodes() {
  const auto x = torch::linspace(-8, 8, 81, torch::kFloat64);
  return {x.unsqueeze(1), (-x.square() / 2).exp() * 0.2 / std::sqrt(2 * std::numbers::pi)};
}

/// Temperatures of a made-up place: a season, and an anomaly of deviation 3 (more where the memory
/// swings) that forgets by the factor ρ a day.
struct Climate {
  double mean, correlation;
  double swing = 0, turn = 0;  // the factor is correlation + swing · cos(phase − turn)

  Tensor season(const Tensor& days) const {
    const auto phase = 2 * std::numbers::pi * days.to(torch::kFloat64) / 365.25;
    return mean + 6 * (phase - 0.4).cos() + 1.5 * (2 * phase).sin();
  }

  Tensor memory(const Tensor& days) const {
    const auto phase = 2 * std::numbers::pi * days.to(torch::kFloat64) / 365.25;
    return correlation + swing * (phase - turn).cos();
  }

  /// All of the days `first` to `first + n − 1`.
  Tensor weather(int64_t first, int64_t n, const std::string& purpose) const {
    const auto days = torch::arange(first, first + n), factor = memory(days);
    const auto kicks = normal({n}, purpose) * 3 * std::sqrt(1 - correlation * correlation);
    auto anomaly = kicks.clone();
    auto* a = anomaly.data_ptr<double>();
    const auto* rho = factor.const_data_ptr<double>();
    for (int64_t i = 1; i < n; ++i) a[i] += rho[i] * a[i - 1];
    return season(days) + anomaly;
  }

  /// What the best forecast says: the mean of the day, given the day before.
  Tensor expected(const Tensor& days, const Tensor& yesterdays) const {
    return season(days) + memory(days) * (yesterdays - season(days - 1));
  }
};

inline double root_mean_square(const Tensor& errors) { return errors.square().mean().sqrt().item<double>(); }

/// The largest |mean| that N independent numbers in [−1, 1] may have about their expectation, but for 1e-9:
/// 2 exp(−N t²/2) = 1e-9. [Hoeffding 1963, theorem 2]
inline double hoeffding(int64_t n) { return std::sqrt(2 * std::log(2e9) / static_cast<double>(n)); }

}  // namespace kernels::problems
