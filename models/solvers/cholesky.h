#pragma once

#include <ATen/core/Tensor.h>

#include <optional>

namespace spinlab::models {

/// The lower factor L of A = L Lᵀ, (n, n); nothing where A is not positive within rounding.
std::optional<at::Tensor> try_cholesky(const at::Tensor& A);

/// ln N(Y; 0, L Lᵀ) in nats, summed over the columns of Y, (n, k), where `squares` is the sum of Yᵀ (L Lᵀ)⁻¹
/// Y over them [Rasmussen and Williams 2006, eq. 2.30].
double gaussian_log_density(const at::Tensor& L, double squares, int64_t columns);

}  // namespace spinlab::models
