#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace spinlab {

/// All elements of a tensor of any shape, type and device, row by row: what JSON takes.
std::vector<double> numbers_of(const at::Tensor& values);

}  // namespace spinlab
