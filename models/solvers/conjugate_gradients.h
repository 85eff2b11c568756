#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>

namespace spinlab::models {

/// A symmetric positive matrix by what it does to columns: (n, k) → (n, k).
using LinearOperator = std::function<at::Tensor(const at::Tensor&)>;

struct ConjugateGradients {
  enum class End { kConverged, kMostIterations, kNotPositive };
  at::Tensor X;  // (n, k)
  End end;
  int64_t iterations = 0;  // products with A
};

/// A X = B by conjugate gradients, for each column of B, (n, k), all at once [Golub and Van Loan, algorithm
/// 11.5.1; Hestenes and Stiefel 1952], until ‖B - A X‖ as it is carried along is at most the tolerance times
/// ‖B‖ in every column. `preconditioner`: nearly A's inverse, or empty. kNotPositive: A, or the
/// preconditioner, showed a direction in which it is not, or is not finite.
ConjugateGradients conjugate_gradients(const LinearOperator& A, const at::Tensor& B,
                                       const LinearOperator& preconditioner, double tolerance, int64_t most);

}  // namespace spinlab::models
