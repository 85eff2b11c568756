#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "src/core/tolerance.h"

namespace spinlab {

/// What two tensors that differ have in common, for whoever looks for the mistake: "its transpose agrees", "the sign is turned",
/// "it is twice the expected", "it is the expected plus 1 everywhere", "row i is the expected row i + 1", "the same values in
/// another order", "it agrees to 7 digits: float32?". Empty where nothing is that simple. Both on the CPU and dense;
/// `tolerance` is that of the comparison.
std::string likeness(const at::Tensor& actual, const at::Tensor& expected, Tolerance tolerance);

}  // namespace spinlab
