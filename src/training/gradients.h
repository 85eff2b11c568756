#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace spinlab::training {

/// The Euclidean norm of all gradients together, on their device; 0 where there is none.
at::Tensor gradient_norm(const std::vector<at::Tensor>& parameters);

/// Scales all gradients by one factor so that their norm is at most `max_norm` [Pascanu, Mikolov and Bengio,
/// arXiv:1211.5063, algorithm 1].
void clip_gradients(const std::vector<at::Tensor>& parameters, double max_norm);

/// 1 GiB of float32.
inline constexpr int64_t kMaxFisherNumbers = int64_t{1} << 28;

/// For each example of a mean loss that is quadratic to second order with Fisher factors B (n, k, r) of the
/// outputs (n, k): rows (n r, p) = B_iᵀ J_i / √n, J_i the Jacobian of output i by the p numbers of the
/// parameters. Their product rowsᵀ rows is the Fisher matrix. n r backward passes. `outputs` carries the
/// graph. Throws c10::ValueError where the rows would take more than kMaxFisherNumbers.
at::Tensor fisher_rows(const at::Tensor& outputs, const at::Tensor& factors,
                       const std::vector<at::Tensor>& parameters);

}  // namespace spinlab::training
