#include "models/solvers/positive_definite.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <optional>

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

std::optional<at::Tensor> factor(const at::Tensor& A) {
  auto [L, info] = at::linalg_cholesky_ex(A);
  if (info.item<int>() != 0) return std::nullopt;
  return L;
}

at::Tensor column_norms(const at::Tensor& M) { return M.norm(2, {0}); }

/// Conjugate gradients for each column of B, all at once [Golub and Van Loan, algorithm 11.5.1]. Undefined
/// where the residual stays too large.
at::Tensor conjugate_gradients(const at::Tensor& A, const at::Tensor& B, const at::Tensor& L) {
  const auto enough = kResidual * column_norms(B);
  auto X = at::zeros_like(B), r = B.clone(), z = solve(L, r), p = z.clone();
  auto rz = (r * z).sum(0);
  for (int i = 0; i < kMaxSteps; ++i) {
    const auto Ap = A.mm(p);
    const auto step = rz / (p * Ap).sum(0);
    const auto still = column_norms(r).gt(enough);
    X += at::where(still, step, at::zeros_like(step)) * p;
    r -= at::where(still, step, at::zeros_like(step)) * Ap;
    if (!column_norms(r).gt(enough).any().item<bool>()) return X;
    z = solve(L, r);
    const auto next = (r * z).sum(0);
    p = z + at::where(still, next / rz, at::zeros_like(rz)) * p;
    rz = next;
  }
  return {};
}

}  // namespace

at::Tensor solve_positive_definite(const at::Tensor& A, const at::Tensor& B, const char* name) {
  if (A.size(0) > kSmall) {
    if (const auto L = factor(A.to(at::kFloat))) {
      auto X = conjugate_gradients(A, B, *L);
      if (X.defined()) return X;
    }
  }
  const auto L = factor(A);
  TORCH_CHECK_VALUE(L.has_value(), name,
                    " is not positive definite: it has an eigenvalue below 0, or too near it; "
                    "raise the penalty or the noise, or use a function that is a kernel");
  return solve(*L, B);
}

}  // namespace spinlab::models
