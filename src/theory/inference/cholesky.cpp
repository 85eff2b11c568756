#include "src/theory/inference/cholesky.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <cmath>
#include <optional>
#include <utility>

#include "models/solvers/cholesky.h"
#include "src/core/require_memory.h"
#include "src/theory/inference/symmetry.h"

namespace spinlab::theory {
namespace {

std::optional<at::Tensor> factor(const at::Tensor& K, double noise) {
  auto A = K.clone();
  A.diagonal().add_(noise);
  // Of the transposed, which is the same numbers as columns: LAPACK's order, so that its copy is a plain one.
  return models::try_cholesky(A.mT());
}

/// The least power of ten that makes it positive.
double mending_noise(const at::Tensor& K, double noise) {
  const auto scale = K.diagonal().abs().mean().item<double>();
  double more = std::pow(10, std::ceil(std::log10(std::max(1e-16 * scale, noise))));
  while (more < 10 * scale && !factor(K, more)) more *= 10;
  return more;
}

}  // namespace

at::Tensor cholesky_factor(const at::Tensor& K, double noise) {
  TORCH_CHECK_VALUE(K.dim() == 2 && K.size(0) == K.size(1) && K.size(0) > 0,
                    "a kernel of training inputs must be square, is ", K.sizes());
  const auto n = static_cast<double>(K.size(0));
  require_memory(2 * n * n * static_cast<double>(K.element_size()),
                 c10::str("the factor of a kernel of ", K.size(0), " inputs"),
                 "take fewer, or conjugate_gradients(), which make no copy of it");
  const auto [largest, asymmetry] = symmetry(K);
  TORCH_CHECK_VALUE(std::isfinite(largest), "the kernel has numbers that are not finite");
  TORCH_CHECK_VALUE(std::isfinite(noise) && noise >= 0, "the noise must be finite and at least 0, is ",
                    noise);
  TORCH_CHECK_VALUE(asymmetry <= 1e-6 * largest, "the kernel is not symmetric");
  auto found = factor(K, noise);
  TORCH_CHECK_VALUE(found.has_value(), "the kernel with a noise of ", noise,
                    " is not positive within rounding; a noise of ", mending_noise(K, noise), " mends it");
  return *std::move(found);
}

}  // namespace spinlab::theory
