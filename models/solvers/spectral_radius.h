#pragma once

#include <ATen/core/Tensor.h>

#include <functional>

namespace spinlab::models {

/// max |λ| of the eigenvalues of a real square matrix, of which only products with vectors are known:
/// multiply(v) = A v for v (n) in float64. A Krylov space from a random start grows until its largest
/// eigenvalue has a residual ‖A v - λ v‖ of at most 1e-9 |λ| [Arnoldi, Q. Appl. Math. 9 (1951); Saad,
/// Numerical Methods for Large Eigenvalue Problems, section 6.2]; up to 500 rows it is the whole space. Time
/// of order m² n, m the space's dimension: about 100 for a sparse random matrix of 1,000 rows, 400 for 5,000.
/// 0 of a matrix whose powers vanish (to rounding). Throws c10::ValueError where nothing has converged when
/// the space holds 1 GiB.
double spectral_radius(const std::function<at::Tensor(const at::Tensor&)>& multiply, int64_t n);

}  // namespace spinlab::models
