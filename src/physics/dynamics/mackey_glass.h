#pragma once

#include <ATen/core/Tensor.h>

namespace spinlab::physics {

/// dx/dt = β x(t - τ)/(1 + x(t - τ)^n) - γ x. [Mackey and Glass, Science 197, 287 (1977), eq. 4b]
struct MackeyGlass {
  double beta = 0.2, gamma = 0.1, power = 10, delay = 17;
};

struct DelaySteps {
  /// Of length delay/steps_per_delay.
  int64_t steps_per_delay = 170;  // at least 3
  int64_t steps = 10'000;
  int64_t every = 10;
};

/// Solutions, float64 (n, steps/every + 1), by Runge–Kutta steps of order 4; what lies between the steps of
/// the past is Hermite's cubic through values and slopes, of order 4 too, and in the history that was given
/// the cubic through four of its values. history: x at the times -delay,
/// -delay + step, …, 0 (n, steps_per_delay + 1), or (n): constant. The last of it is the first that is
/// returned. Throws c10::ValueError for numbers that cannot be and where a solution is no longer finite.
at::Tensor integrate(const MackeyGlass& system, const at::Tensor& history, const DelaySteps& steps = {});

}  // namespace spinlab::physics
