#include "models/solvers/cholesky.h"

#include <ATen/ATen.h>

#include <cmath>
#include <numbers>

namespace spinlab::models {

std::optional<at::Tensor> try_cholesky(const at::Tensor& A) {
  auto [L, info] = at::linalg_cholesky_ex(A);
  if (info.item<int>() != 0) return std::nullopt;
  return L;
}

double gaussian_log_density(const at::Tensor& L, double squares, int64_t columns) {
  const auto n = static_cast<double>(L.size(0)), k = static_cast<double>(columns);
  return -0.5 * squares - k * L.diagonal().log().sum().item<double>() -
         0.5 * n * k * std::log(2 * std::numbers::pi);
}

}  // namespace spinlab::models
