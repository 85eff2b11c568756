#include "models/solvers/cholesky.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <cmath>
#include <numbers>

namespace spinlab::models {

std::optional<at::Tensor> try_cholesky(const at::Tensor& A) {
  auto [L, info] = at::linalg_cholesky_ex(A);
  if (info.item<int>() != 0) return std::nullopt;
  return L;
}

double gaussian_log_density(const at::Tensor& L, double squares, int64_t columns) {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "the density of ", squares, ", ", L.sizes(), ", ", columns,
  // STUB                   ": left out, 14-infinite-width asks for it");
  const auto n = static_cast<double>(L.size(0)), k = static_cast<double>(columns);
  return -0.5 * squares - k * L.diagonal().log().sum().item<double>() -
         0.5 * n * k * std::log(2 * std::numbers::pi);
  // END SOLUTION
}

}  // namespace spinlab::models
