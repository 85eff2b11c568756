#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <vector>

#include "models/plain_layers.h"

namespace spinlab::theory {

/// Of a network as it is, with weights: Σ_θ ∂f_o(x)/∂θ ∂f_o'(x')/∂θ [Jacot et al. 2018], by products that are
/// contracted at once [Novak, Sohl-Dickstein and Schoenholz, ICML 2022]. In the type of the inputs.
enum class Outputs {
  kAll,   // (n, m, outputs, outputs)
  kMean,  // (n, m): the mean over o = o', which is all that is left of it at infinite width
};

/// Of a sequence of layers, as it evaluates (dropout does nothing): with a layer's inputs a and the outputs'
/// derivatives g by what it gives, a weight's part is (a·a')(g·g'), and no gradient by weights is made where
/// layers are dense. Time, of a dense layer of N to N: n m outputs² N, of a convolution n outputs (its
/// operations) + n m outputs² (its weights); memory n outputs (numbers in a layer). X: (n, …), Z: (m, …);
/// throws c10::ValueError where they are not of one shape and type.
at::Tensor tangent_kernel(const models::PlainLayers& layers, const at::Tensor& X, const at::Tensor& Z,
                          Outputs outputs);
at::Tensor tangent_kernel(const models::PlainLayers& layers, const at::Tensor& X, Outputs outputs);

/// Of any function of parameters, (n, …) → (n, outputs), whose rows do not see each other: it is called with
/// one at a time. (n + m) outputs backward passes, n outputs for X alone, where the gradients of the smaller
/// set fit `memory` bytes; else those of the other set are made again for each part that fits.
using Forward = std::function<at::Tensor(const at::Tensor&)>;
at::Tensor tangent_kernel(const Forward& forward, const std::vector<at::Tensor>& parameters,
                          const at::Tensor& X, const at::Tensor& Z, Outputs outputs,
                          int64_t memory = int64_t{1} << 30);
at::Tensor tangent_kernel(const Forward& forward, const std::vector<at::Tensor>& parameters,
                          const at::Tensor& X, Outputs outputs, int64_t memory = int64_t{1} << 30);

/// h(x)·h(x')/N, of the numbers (n, N) that a layer gives: at infinite width the covariance of what is made
/// of them.
at::Tensor sample_covariance(const at::Tensor& hidden, const at::Tensor& other);

}  // namespace spinlab::theory
