#include "models/solvers/positive_definite.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include "models/solvers/cholesky.h"
#include "models/solvers/conjugate_gradients.h"

namespace spinlab::models {
namespace {

/// Below this size a factorisation in float64 takes a moment.
constexpr int64_t kSmall = 1500;
constexpr int kMaxSteps = 25;
constexpr double kResidual = 1e-13;

/// (L Lᵀ)⁻¹ B, of L's type; without the copy of L that cholesky_solve makes.
at::Tensor solve(const at::Tensor& L, const at::Tensor& B) {
  const auto y = at::linalg_solve_triangular(L, B.to(L.scalar_type()), /*upper=*/false);
  return at::linalg_solve_triangular(L.mT(), y, /*upper=*/true).to(B.scalar_type());
}

}  // namespace

at::Tensor solve_positive_definite(const at::Tensor& A, const at::Tensor& B, const char* name) {
  if (A.size(0) > kSmall) {
    if (const auto L = try_cholesky(A.to(at::kFloat))) {
      auto found =
          conjugate_gradients([&](const at::Tensor& v) { return A.mm(v); }, B,
                              [&](const at::Tensor& v) { return solve(*L, v); }, kResidual, kMaxSteps);
      if (found.end == ConjugateGradients::End::kConverged) return found.X;
    }
  }
  const auto L = try_cholesky(A);
  TORCH_CHECK_VALUE(L.has_value(), name,
                    " is not positive definite: it has an eigenvalue below 0, or too near it; "
                    "raise the penalty or the noise, or use a function that is a kernel");
  return solve(*L, B);
}

}  // namespace spinlab::models
