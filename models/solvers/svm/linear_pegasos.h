#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "models/solvers/sparse_rows.h"

namespace spinlab::models {

struct PegasosOptions {
  /// λ of ½λ‖w‖² + mean of the hinges; λ = 1/nC for C times their sum.
  double lambda = 1e-4;
  int64_t steps = 100'000;
  /// Rows drawn, with replacement, for each step.
  int64_t batch = 1;
  /// Whether w is held within the ball of radius 1/√λ, in which the minimum lies.
  bool projected = true;
  /// Whether the mean over the second half of the steps is the answer, or the last w.
  bool averaged = true;
  /// A feature that is this number in every row, its weight penalised as the others are. 0: none.
  double constant = 1;
  std::uint64_t seed = 0;
};

struct PegasosWeights {
  /// (d)
  at::Tensor weights;
  double intercept = 0;
};

/// A linear support vector machine by stochastic subgradients with steps of 1/λt [Shalev-Shwartz, Singer,
/// Srebro and Cotter, Math. Program. 127 (2011), figure 1]. X: n rows; y: (n) float64, ±1. Throws
/// c10::ValueError where labels are others, do not match or are all the same, or a number is not above 0.
PegasosWeights pegasos(const SparseRows& X, const at::Tensor& y, const PegasosOptions& options);

}  // namespace spinlab::models
