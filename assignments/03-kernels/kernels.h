#pragma once

#include <torch/types.h>

#include <cstdint>

/// Assignment 03: linear models of many features, which need not be written down.
///
/// Every tensor is float64 on the CPU, day numbers are int64; arguments are contiguous and never changed,
/// and results do not require gradients. X: n points, one a row, d coordinates. Z: m others. A Gram matrix
/// K holds K_ij = k(x_i, x_j); a cross Gram matrix has a row for each new point, a column for each old one.
/// PRML: Bishop 2006; ESL: Hastie, Tibshirani and Friedman 2009. "Throws" means TORCH_CHECK_VALUE with a
/// line that says what was expected and what was got. A vector and a one-column matrix are different
/// shapes: where a vector is asked for, the matrix is refused.
namespace kernels {

/// Task 1. Features (x², √2 xy, y²) of each point (x, y). [PRML eq. 6.12] X: (n, 2). Returns (n, 3). Throws
/// where X is no such matrix.
torch::Tensor circle_features(const torch::Tensor& X);

/// Task 2. k(x, z) = (x·z + offset)^degree. [Schölkopf and Smola 2002, section 2.1] X: (n, d); Z: (m, d).
/// Returns (n, m). Throws where the shapes do not fit, degree < 1 or offset < 0.
torch::Tensor polynomial_kernel(const torch::Tensor& X, const torch::Tensor& Z, int64_t degree,
                                double offset);

/// Task 3. ‖x_i − z_j‖². Not negative, exactly 0 for equal points, and as accurate for neighbours far from
/// the origin as differences of coordinates are: to 10⁻¹² of itself, given X and Z as they are. X: (n, d);
/// Z: (m, d). Returns (n, m). Throws where the shapes do not fit.
torch::Tensor squared_distances(const torch::Tensor& X, const torch::Tensor& Z);

/// Task 4. k(x, z) = exp(−‖x − z‖²/(2 width²)). [Rasmussen and Williams 2006, eq. 4.9] X: (n, d); Z: (m,
/// d). Returns (n, m). Throws where the shapes do not fit or width ≤ 0.
torch::Tensor gaussian_kernel(const torch::Tensor& X, const torch::Tensor& Z, double width);

/// Task 5. Features whose inner products are task 2's kernel, p = degree, c = offset: for each monomial
/// x_1^a_1 … x_d^a_d of degree |a| = a_1 + … + a_d ≤ p the column √( p! / ((p − |a|)! a_1! … a_d!) · c^(p −
/// |a|) ) x_1^a_1 … x_d^a_d. Columns are ordered by |a|, the constant first, and within a degree by falling
/// a_1, then falling a_2, …: 1, x, y, x², xy, y². With c = 0 the columns of |a| < p are there and 0. X: (n,
/// d); degree ≤ 10. Returns (n, (d + p choose p)). Throws where X is no matrix, degree < 1 or offset < 0.
torch::Tensor monomial_features(const torch::Tensor& X, int64_t degree, double offset);

/// Task 6. Least squares by polynomials of degree 0 to max_degree: row p holds the mean squared errors of
/// degree p, on (x, y), to which it was fitted, and on (x_new, y_new). [PRML section 1.1] x: n different
/// numbers spread over [−1, 1]; x_new: m in [−1, 1]; y, y_new as long, of order 1. Returns (max_degree + 1,
/// 2): eight digits, or 10⁻¹⁰, for max_degree ≤ 15. Throws where the shapes do not fit, max_degree < 0 or
/// max_degree ≥ n.
torch::Tensor polynomial_errors(const torch::Tensor& x, const torch::Tensor& y, const torch::Tensor& x_new,
                                const torch::Tensor& y_new, int64_t max_degree);

/// Task 7. The least eigenvalue of the symmetric matrix K: no Gram matrix has one below 0. K: (n, n).
/// Throws where K is not square or some |K_ij − K_ji| is above 10⁻¹⁰ of the largest |K_ij|.
double least_eigenvalue(const torch::Tensor& K);

/// The Gram matrix nearest to the symmetric matrix K: G, positive semidefinite, with the least Σ_ij (K_ij −
/// G_ij)². [Higham 1988, theorem 2.1] K: (n, n). Returns (n, n). Throws as least_eigenvalue does.
torch::Tensor nearest_gram(const torch::Tensor& K);

/// Task 8. ⟨f, g⟩ of f = Σ_i α_i k(x_i, ·) and g = Σ_j β_j k(z_j, ·). [Schölkopf and Smola 2002, section
/// 2.2] alpha: (n); K: (n, m), K_ij = k(x_i, z_j); beta: (m). Throws where the shapes do not fit.
double inner_product(const torch::Tensor& alpha, const torch::Tensor& K, const torch::Tensor& beta);

/// ‖f‖ of f = Σ_i α_i k(x_i, ·). alpha: (n); K: (n, n), the Gram matrix of the x_i. Where αᵀKα is below 0
/// by rounding alone it is 0. Throws where the shapes do not fit, and where αᵀKα < −10⁻¹⁰ Σ_ij |α_i K_ij
/// α_j|: K is no Gram matrix then.
double rkhs_norm(const torch::Tensor& alpha, const torch::Tensor& K);

/// The coefficients of f's orthogonal projection on the functions Σ_j β_j k(z_j, ·), f = Σ_i α_i k(x_i, ·).
/// K: (m, m), the Gram matrix of the z_j, positive definite; cross: (m, n), k(z_j, x_i); alpha: (n).
/// Returns (m). Throws where the shapes do not fit or K is not positive definite.
torch::Tensor project(const torch::Tensor& K, const torch::Tensor& cross, const torch::Tensor& alpha);

/// Task 9. Kernel ridge regression without intercept: α = (K + λn 1)⁻¹ y, so that f = Σ_i α_i k(x_i, ·)
/// minimises Σ_i (y_i − f(x_i))²/n + λ‖f‖². [PRML eq. 6.8, with n; ESL section 5.8] K: (n, n), symmetric;
/// y: (n). λ = 0 interpolates where K is positive definite. Returns (n). Throws where the shapes do not
/// fit, λ < 0 or K + λn 1 is not positive definite.
torch::Tensor fit_kernel_ridge(const torch::Tensor& K, const torch::Tensor& y, double lambda);

/// The same in the primal: the w that minimises ‖y − Φw‖²/n + λ‖w‖². features: Φ, (n, D), any n and D; y:
/// (n). Returns (D). Throws where the shapes do not fit or λ ≤ 0.
torch::Tensor fit_feature_ridge(const torch::Tensor& features, const torch::Tensor& y, double lambda);

/// Task 10. Inner products of centred features: (φ(z_i) − φ̄)·(φ(x_j) − φ̄), φ̄ the mean of the φ(x_j) of
/// the n training points. [Schölkopf, Smola and Müller 1998] K: (n, n), the Gram matrix of the training
/// points; cross: (m, n), k(z_i, x_j), m ≥ 1. Returns (m, n). Throws where the shapes do not fit.
torch::Tensor centre_gram(const torch::Tensor& K, const torch::Tensor& cross);

/// Task 11. The trace of the matrix that maps y to the fitted values Kα of task 9. [ESL eq. 5.16] K: (n,
/// n), positive semidefinite, of any rank. Throws where K is not square or λ ≤ 0.
double effective_degrees_of_freedom(const torch::Tensor& K, double lambda);

/// Task 12. For each i: y_i minus the prediction at x_i of the ridge regression (without intercept) on the
/// n − 1 others, with the same penalty λn, n counting all points. K: (n, n), symmetric, n ≥ 2; y: (n).
/// Returns (n). At the cost of one factorisation, not n. Throws as fit_kernel_ridge does.
torch::Tensor leave_one_out_errors(const torch::Tensor& K, const torch::Tensor& y, double lambda);

/// Task 13. Independent frequencies, one a row, that belong to the Gaussian kernel of task 4: each
/// component is drawn from N(0, 1/width²). [Rahimi and Recht 2007, section 3] The same arguments give the
/// same numbers, another seed others. Returns (pairs, dimension). Throws where dimension < 1, pairs < 1 or
/// width ≤ 0.
torch::Tensor fourier_frequencies(int64_t dimension, int64_t pairs, double width, int64_t seed);

/// The features cos(ω_1·x), …, cos(ω_P·x), sin(ω_1·x), …, sin(ω_P·x) of each point, over √P, so that each
/// row has length 1. X: (n, d); frequencies: (P, d), P ≥ 1. Returns (n, 2P). Throws where the shapes do not
/// fit.
torch::Tensor fourier_features(const torch::Tensor& X, const torch::Tensor& frequencies);

/// Task 14. The rows i ≥ 1 whose day follows that of the row before: days_i = days_{i−1} + 1. days: (n)
/// int64, day numbers since 1970-01-01, increasing, with gaps. Returns int64, increasing, (k) with k < n or
/// 0. Throws where days are no vector of int64 or do not increase.
torch::Tensor consecutive_days(const torch::Tensor& days);

/// sin 2πt, cos 2πt, sin 4πt, cos 4πt, …, t the day number over 365.25: two columns for each harmonic.
/// days: (n) int64. Returns float64 (n, 2 · harmonics). Throws where days are no vector of int64 or
/// harmonics < 1.
torch::Tensor calendar_features(const torch::Tensor& days, int64_t harmonics);

/// Forecasts of a day's temperature from the calendar and the temperature of the day before, learnt from
/// the series days, temperatures (as in consecutive_days; at least 500 pairs of days). Each query: its day
/// and the temperature of the day before it, as warm or cold as such days in the series. The answer to a
/// query depends on the series and on this query alone. Method, width and penalty are yours. Checks allow
/// for 2.15 °C root mean square error on Melbourne 1989–90 after 1981–88, where persistence has 2.48; for 1.02
/// times the error of two harmonics and a constant times yesterday on other years, warmer or colder; and, on
/// made-up stations, for 0.6 °C from the best forecast, also where the memory of a warm day depends on the
/// season. (n) int64, (n), (m) int64, (m), m ≥ 1. Query days come in any order and may repeat. Returns (m). At
/// most 2 s on one thread for n = 2920. Throws where the shapes do not fit or days do not increase.
torch::Tensor forecast_temperatures(const torch::Tensor& days, const torch::Tensor& temperatures,
                                    const torch::Tensor& query_days, const torch::Tensor& yesterdays);

/// Task 15, graduate. As fourier_frequencies, for the Laplace kernel k(x, z) = exp(−‖x − z‖/width), ‖·‖ the
/// Euclidean norm in any dimension. [Rahimi and Recht 2007 have the one of ‖·‖₁]
torch::Tensor laplace_frequencies(int64_t dimension, int64_t pairs, double width, int64_t seed);

/// Task 16, graduate. The eigenvalues of the integral operator f ↦ ∫ k(·, x) f(x) p(x) dx, with the
/// integral as a sum over nodes, Σ_j w_j k(·, x_j) f(x_j): n of them, falling. [Rasmussen and Williams
/// 2006, section 4.3.2] K: (n, n), the Gram matrix of the nodes; weights: (n), above 0. Throws where the
/// shapes do not fit or a weight is not above 0.
torch::Tensor mercer_eigenvalues(const torch::Tensor& K, const torch::Tensor& weights);

/// The eigenfunctions of the largest `count` of them at new points, Σ_j w_j φ_k(x_j)² = 1, each with either
/// sign: φ_k(z) = Σ_j w_j k(z, x_j) φ_k(x_j)/λ_k. cross: (m, n), k(z_i, x_j). Returns (m, count). Throws as
/// mercer_eigenvalues does, and where count < 1, count > n or one of these eigenvalues is not above n ε times the
/// first, ε = 2⁻⁵².
torch::Tensor mercer_functions(const torch::Tensor& K, const torch::Tensor& weights,
                               const torch::Tensor& cross, int64_t count);

}  // namespace kernels
