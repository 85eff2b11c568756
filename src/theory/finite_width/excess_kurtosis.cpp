#include "src/theory/finite_width/excess_kurtosis.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <cmath>

#include "src/theory/duals/gaussian_quadrature.h"

namespace spinlab::theory {

double excess_kurtosis(const DualActivation& phi, double q, int64_t width) {
  TORCH_CHECK_VALUE(std::isfinite(q) && q > 0 && width >= 1,
                    "an excess kurtosis needs a variance q > 0 and a width of at least 1, got ", q, " and ",
                    width);
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "the kurtosis of a network: left out, 14-infinite-width asks for it");
  const auto variance = at::scalar_tensor(q, at::kDouble);
  const auto square = dual(phi, variance, variance, variance).value.item<double>();
  TORCH_CHECK_VALUE(square > 0, "φ is 0 at a variance of ", q, ": its outputs have no kurtosis");
  const auto fourth =
      gaussian_mean([&](const at::Tensor& u) { return phi.function(u).pow(4); }, q, "E φ(u)⁴", phi.breaks());
  return 3 * (fourth / (square * square) - 1) / static_cast<double>(width);
  // END SOLUTION
}

}  // namespace spinlab::theory
