#pragma once

#include <ATen/core/Tensor.h>

namespace spinlab::models {

/// X with A X = B: A (n, n) symmetric and positive definite, B (n, k), both float64. For large n Cholesky's
/// factorisation is made in float32, at half of the time and memory, and corrected by conjugate gradients in
/// float64, of which it is the preconditioner; where that does not converge to a residual of 1e-13 ‖B‖, it is
/// made again in float64. Takes n³/3 multiplications, and n² numbers of memory beside A. Throws
/// c10::ValueError, with `name` for what A is, where A is not positive definite.
at::Tensor solve_positive_definite(const at::Tensor& A, const at::Tensor& B, const char* name);

}  // namespace spinlab::models
