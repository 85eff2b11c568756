#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "src/core/tolerance.h"

namespace spinlab {

/// Empty where the tensors agree; else what differs: shapes, or the first place and the one that differs most,
/// their values, the tolerance and how many places differ. NaN equals nothing, an infinity only itself.
/// Compared in float64 (complex128 for complex).
std::string difference(const at::Tensor& actual, const at::Tensor& expected, Tolerance tolerance);

}  // namespace spinlab
