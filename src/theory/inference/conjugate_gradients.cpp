#include "src/theory/inference/conjugate_gradients.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

namespace spinlab::theory {

IterativeSolution conjugate_gradients(const at::Tensor& K, const at::Tensor& Y, double noise,
                                      double tolerance, int64_t most) {
  TORCH_CHECK_VALUE(K.dim() == 2 && K.size(0) == K.size(1) && Y.dim() == 2 && Y.size(0) == K.size(0),
                    "conjugate gradients need K (n, n) and Y (n, outputs), got ", K.sizes(), " and ",
                    Y.sizes());
  const auto apply = [&](const at::Tensor& v) { return at::addmm(noise * v, K, v); };
  const auto norms = Y.norm(2, 0).clamp_min(1e-300);
  IterativeSolution found{at::zeros_like(Y)};
  auto left = Y.clone(), direction = left.clone();
  auto squares = left.square().sum(0);
  while (found.iterations < most && (squares.sqrt() / norms).max().item<double>() > tolerance) {
    const auto image = apply(direction);
    const auto curvature = (direction * image).sum(0);
    TORCH_CHECK_VALUE((curvature.gt(0) | squares.eq(0)).all().item<bool>(), "the kernel with a noise of ",
                      noise, " is not positive; allow more noise");
    const auto step = squares / curvature.clamp_min(1e-300);
    found.X.addcmul_(direction, step);
    left.addcmul_(image, step, -1);
    const auto next = left.square().sum(0);
    direction.mul_(next / squares.clamp_min(1e-300)).add_(left);
    squares = next;
    ++found.iterations;
  }
  found.residual = ((Y - apply(found.X)).norm(2, 0) / norms).max().item<double>();
  return found;
}

}  // namespace spinlab::theory
