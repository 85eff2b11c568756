#include "models/solvers/conjugate_gradients.h"

#include <ATen/ATen.h>

namespace spinlab::models {
namespace {

using End = ConjugateGradients::End;

at::Tensor column_norms(const at::Tensor& M) { return M.norm(2, {0}); }

at::Tensor column_products(const at::Tensor& a, const at::Tensor& b) { return (a * b).sum(0); }

}  // namespace

/// A column that is there stands still: its next step would be a ratio of roundings.
ConjugateGradients conjugate_gradients(const LinearOperator& A, const at::Tensor& B,
                                       const LinearOperator& preconditioner, double tolerance, int64_t most) {
  const auto enough = tolerance * column_norms(B);
  ConjugateGradients found{at::zeros_like(B), End::kMostIterations};
  auto r = B.clone();
  at::Tensor p, rz;
  while (true) {
    const auto moves = column_norms(r) > enough;
    if (!moves.any().item<bool>()) {
      found.end = End::kConverged;
      return found;
    }
    if (found.iterations == most) return found;
    const auto z = preconditioner ? preconditioner(r) : r;
    const auto next = column_products(r, z);
    p = p.defined() ? p.mul_(at::where(moves, next / rz, 0)).add_(z) : z.clone();
    rz = next;
    const auto image = A(p), curvature = column_products(p, image);
    if (!(curvature > 0).logical_or(moves.logical_not()).all().item<bool>()) {
      found.end = End::kNotPositive;
      return found;
    }
    const auto step = at::where(moves, rz / curvature, 0);
    found.X.addcmul_(p, step);
    r.addcmul_(image, step, -1);
    ++found.iterations;
  }
}

}  // namespace spinlab::models
