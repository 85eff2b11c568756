#pragma once

#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "assignments/shared/spectra.h"

/// What the checks hand to a student's functions: problems drawn from the check's seed whose solution is
/// known.
namespace regression::problems {

using namespace spinlab::shared;

/// Correlated features with means far from 0, and a target to which only every third belongs.
struct Data {
  Tensor X, y;
};

inline Data sparse_data(int64_t n, int64_t d, const std::string& purpose) {
  const auto common = normal({n, 1}, purpose + " common");
  const auto X = normal({n, d}, purpose) + 0.7 * common + torch::arange(d, torch::kFloat64);
  const auto w = torch::where(torch::arange(d) % 3 == 0, 1.0, 0.0) * uniform({d}, 1, 2, purpose + " weights");
  return {X, 4 + X.matmul(w) + 0.3 * normal({n}, purpose + " noise")};
}

/// The smallest λ at which the lasso has no weight left: max_j |x_jᵀ(y − ȳ)|/n of the centred features.
inline double lambda_max(const Data& data) {
  const auto centred = data.X - data.X.mean(0);
  return (centred.t().matmul(data.y - data.y.mean()) / data.X.size(0)).abs().max().item<double>();
}

/// Two features of variance 1 whose correlation is √r²: a sweep of coordinate descent multiplies the error by
/// r². Both weights are far from 0.
inline Data with_correlation(double r2, const std::string& purpose) {
  const auto parts = std::sqrt(50) * centred_orthonormal(50, 3, purpose);
  const auto first = parts.select(1, 0);
  const auto second = std::sqrt(r2) * first + std::sqrt(1 - r2) * parts.select(1, 1);
  return {torch::stack({first, second}, 1), 2 * first + second + 0.3 * parts.select(1, 2)};
}

/// The conditions of regression.h, task 7, one feature at a time.
inline double kkt_violation(const Data& data, const Tensor& w, double lambda) {
  const auto d = data.X.size(1);
  const auto residual = data.y - data.X.matmul(w.slice(0, 0, d)) - w[d];
  double worst = std::abs(residual.mean().item<double>());
  for (int64_t j = 0; j < d; ++j) {
    const double g = data.X.select(1, j).dot(residual).item<double>() / data.X.size(0);
    const double weight = w[j].item<double>();
    const double violation = weight == 0 ? std::abs(g) - lambda : std::abs(g - std::copysign(lambda, weight));
    worst = std::max(worst, violation);
  }
  return worst;
}

}  // namespace regression::problems
