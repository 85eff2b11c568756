#pragma once

#include <torch/types.h>

#include <cstdint>

/// Assignment 01: linear regression four ways, and one fit that is only locally linear.
///
/// Every tensor is float64 on the CPU, arguments are contiguous and never changed, and results do not require
/// gradients. n: points, d: features, m: queries. "Throws" means TORCH_CHECK_VALUE with a line that says what
/// was expected and what was got. A vector and a one-column matrix are different shapes: where a vector is
/// asked for, the matrix is refused (subtracting one from the other would silently make an n × n matrix).
namespace regression {

/// Task 1. The design matrix of a polynomial: A_ik = x_i^k, k = 0 … degree. [Bishop, PRML eq. 1.1]
/// x: (n). Returns (n, degree + 1). Throws where x is not a vector or degree < 0.
torch::Tensor polynomial_features(const torch::Tensor& x, int64_t degree);

/// Task 2. The w that minimises ‖Aw − y‖², by QR with columns scaled to length 1. [Golub and Van Loan, §5.3;
/// ESL §3.2.3] A: (n, d), a column of ones included where an intercept is wanted; y: (n). Returns (d). Throws
/// where the shapes do not fit, n < d, or the columns are linearly dependent to rounding: some |R_jj| ≤ n ε,
/// with R of the scaled columns and ε = 2⁻⁵². Six digits on NIST's Filip problem are expected.
torch::Tensor fit_least_squares(const torch::Tensor& A, const torch::Tensor& y);

/// Task 3. Ridge regression: minimises ‖y − Xw − b‖²/n + λ‖w‖². The intercept b is not penalised. [ESL
/// eq. 3.41] X: (n, d), a feature that is constant (‖x_j − x̄_j‖ ≤ n ε ‖x_j‖: a mean is rounded) gets the
/// weight 0; y: (n). Returns (d + 1): w, then b. Any n ≥ 1 where λ > 0; λ = 0 (or lost in rounding) is least
/// squares with its conditions, so no feature may be constant. Throws where the shapes do not fit or λ < 0.
torch::Tensor fit_ridge(const torch::Tensor& X, const torch::Tensor& y, double lambda);

/// Task 4. Gradient descent on L(w) = ‖Aw − y‖²/(2n): w_{t+1} = w_t − step · ∇L(w_t). [Nocedal and Wright,
/// §3.3] A: (n, d); y: (n); w0: (d). Returns every iterate, (steps + 1, d), w0 first. Throws where the shapes
/// do not fit, step ≤ 0 or steps < 0.
torch::Tensor gradient_descent(const torch::Tensor& A, const torch::Tensor& y, const torch::Tensor& w0,
                               double step, int64_t steps);

/// Task 5. The constant step that makes the worst contraction of gradient descent smallest: 2 / (λ_min +
/// λ_max), the extreme eigenvalues of the Hessian AᵀA/n. [Polyak 1987, §1.4] With n < d the Hessian is
/// singular: λ_min = 0. A: (n, d). Throws where A is not a matrix.
double optimal_step(const torch::Tensor& A);

/// Task 6. S(z, t) = sign(z) max(|z| − t, 0), element by element: the u that minimises (u − z)²/2 + t|u|.
/// [Donoho and Johnstone 1994] z: any shape. Returns the same shape. Throws where t < 0.
torch::Tensor soft_threshold(const torch::Tensor& z, double t);

/// Task 7. How far (w, b) is from a minimum of ‖y − Xw − b‖²/(2n) + λ‖w‖₁: the largest violation of the
/// Karush–Kuhn–Tucker conditions. With r = y − Xw − b and g = Xᵀr/n they are mean r = 0, g_j = λ sign(w_j)
/// where w_j ≠ 0, |g_j| ≤ λ where w_j = 0. [Hastie, Tibshirani and Wainwright 2015, eq. 2.6] X: (n, d); y:
/// (n); w: (d + 1), b last. Returns a number ≥ 0. Throws where the shapes do not fit or λ < 0.
double lasso_violation(const torch::Tensor& X, const torch::Tensor& y, const torch::Tensor& w, double lambda);

/// Task 8. The lasso by coordinate descent, until lasso_violation ≤ tolerance. [Friedman et al. 2007, eq. 9]
/// X: (n, d), a constant feature (as in task 3) gets the weight 0 where λ > 0; y: (n). Returns (d + 1): w
/// with exact zeros, then b. Throws where the shapes do not fit, λ < 0, tolerance ≤ 0, or 2000 sweeps over
/// all weights do not suffice.
torch::Tensor fit_lasso(const torch::Tensor& X, const torch::Tensor& y, double lambda, double tolerance);

/// Task 9. Locally linear regression: at each query q the value at q of the line that minimises
/// Σ_i K((x_i − q)/h) (y_i − α − β(x_i − q))², K(u) = exp(−u²/2), h the bandwidth. [ESL eq. 6.7]
/// x, y: (n); queries: (m), m ≥ 1, also far outside the data. Returns (m). Throws where the shapes do not
/// fit, h ≤ 0 or all x are equal. Unspecified where h is so far below the spacing of x that all ratios of
/// weights to the largest one are zero in float64.
torch::Tensor locally_linear(const torch::Tensor& x, const torch::Tensor& y, const torch::Tensor& queries,
                             double bandwidth);

}  // namespace regression
