#include "src/theory/inference/conjugate_gradients.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include "models/solvers/conjugate_gradients.h"

namespace spinlab::theory {

IterativeSolution conjugate_gradients(const at::Tensor& K, const at::Tensor& Y, double noise,
                                      double tolerance, int64_t most) {
  TORCH_CHECK_VALUE(K.dim() == 2 && K.size(0) == K.size(1) && Y.dim() == 2 && Y.size(0) == K.size(0),
                    "conjugate gradients need K (n, n) and Y (n, outputs), got ", K.sizes(), " and ",
                    Y.sizes());
  using models::ConjugateGradients;
  const auto apply = [&](const at::Tensor& v) { return at::addmm(noise * v, K, v); };
  const auto found = models::conjugate_gradients(apply, Y, /*preconditioner=*/{}, tolerance, most);
  TORCH_CHECK_VALUE(found.end != ConjugateGradients::End::kNotPositive, "the kernel with a noise of ", noise,
                    " is not positive; allow more noise");
  const auto norms = Y.norm(2, 0).clamp_min(1e-300);
  const auto residual = (Y - apply(found.X)).norm(2, 0).div_(norms).max().item<double>();
  return {found.X, residual, found.iterations};
}

}  // namespace spinlab::theory
