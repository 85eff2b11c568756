#pragma once

#include <ATen/core/Tensor.h>

#include <functional>

namespace spinlab::theory {

/// φ(u) and φ'(u), of u's shape.
struct ValueAndSlope {
  at::Tensor value, slope;
};

/// The slope by autograd. u: float64. Throws c10::ValueError where φ gives anything but a float64 tensor of
/// u's shape.
ValueAndSlope value_and_slope(const std::function<at::Tensor(const at::Tensor&)>& phi, const at::Tensor& u);

}  // namespace spinlab::theory
