#pragma once

#include <torch/types.h>

#include <functional>

/// Derivatives without calculus, to hold a student's against.
namespace spinlab::shared {

/// The derivative of `function` by every number of `at`, in its shape, by central differences: off by step²
/// f‴/6 and by ε |f|/step, so exact for a quadratic whatever the step.
inline torch::Tensor central_differences(const std::function<double(const torch::Tensor&)>& function,
                                         const torch::Tensor& at, double step = 1e-5) {
  auto derivative = torch::empty_like(at);
  for (int64_t i = 0; i < at.numel(); ++i) {
    auto shift = torch::zeros_like(at);
    shift.view(-1)[i] = step;
    derivative.view(-1)[i] = (function(at + shift) - function(at - shift)) / (2 * step);
  }
  return derivative;
}

}  // namespace spinlab::shared
