#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "models/solvers/sparse_rows.h"

namespace spinlab::models {

enum class HingeLoss { kHinge, kSquaredHinge };

struct LinearDualOptions {
  HingeLoss loss = HingeLoss::kSquaredHinge;
  /// A feature that is this number in every row; its weight times it is the intercept, and is penalised as
  /// the others are (LIBLINEAR's bias). 0: none.
  double constant = 1;
  /// Ends where the largest and the smallest projected gradient of a sweep over all rows differ by no more:
  /// LIBLINEAR's criterion.
  double tolerance = 0.1;
  int64_t max_sweeps = 1000;
  std::uint64_t seed = 0;
};

/// Of k machines over the same rows; all in float64.
struct LinearMachines {
  /// (d, k), (k), and the dual's coefficients α ≥ 0 (n, k).
  at::Tensor weights, intercept, alpha;
  /// (k) each: ½‖w‖² + Σ C_i loss_i, and Σ α_i - ½‖w‖² (for the squared hinge also - Σ α_i²/4C_i), which is
  /// not above it. Their difference bounds what each misses of the minimum.
  at::Tensor primal, dual;
  /// (k) int64, and (k) bool: whether the criterion was met within max_sweeps.
  at::Tensor sweeps, converged;

  at::Tensor gap() const { return primal - dual; }
};

/// Support vector machines without a kernel: for each column of Y the minimum over w of
/// ½‖w‖² + Σ_i C_i loss(y_i w·x_i), loss the hinge max(0, 1 - m) or its square, by coordinate descent on the
/// dual with shrinking [Hsieh, Chang, Lin, Keerthi and Sundararajan, ICML 2008, algorithms 1 and 3]. Rows are
/// visited in an order that is new at each sweep and the same for all machines, which therefore go through
/// the rows together, a vector register's lane each; a machine's bits depend neither on its company nor on
/// the number of threads.
/// X: n rows, float32 or float64 (sums are in float64). Y: (n, k) float64, ±1, both in each column. C: (n)
/// float64, > 0. Throws c10::ValueError where they are not.
LinearMachines linear_dual(const SparseRows& X, const at::Tensor& Y, const at::Tensor& C,
                           const LinearDualOptions& options);

}  // namespace spinlab::models
