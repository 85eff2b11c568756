#pragma once

#include <ATen/core/Tensor.h>

#include "src/physics/dynamics/flows.h"

namespace spinlab::physics {

/// `steps` steps of length `step` (negative: back in time), of which every `every`-th state is kept.
struct FixedSteps {
  double step = 0.01;
  int64_t steps = 1000;
  int64_t every = 1;
};

/// Trajectories by the classical Runge–Kutta method of order 4 [Kutta 1901], float64 (n, steps/every + 1, 3),
/// the starts (n, 3) first. The same bits for a trajectory whatever is beside it. Throws c10::ValueError for
/// steps that cannot be and where a trajectory is no longer finite, with the step.
at::Tensor runge_kutta_4(const Lorenz& flow, const at::Tensor& starts, const FixedSteps& steps);
at::Tensor runge_kutta_4(const Roessler& flow, const at::Tensor& starts, const FixedSteps& steps);

/// Throws c10::ValueError unless all numbers are possible: a finite step other than 0, steps ≥ 0, every ≥ 1.
void require_steps(const FixedSteps& steps);

/// Throws c10::ValueError where a trajectory of (n, kept, …) has a number that is not finite: which, and
/// between which steps it was lost.
void require_finite(const at::Tensor& trajectories, const FixedSteps& steps, std::string_view what);

}  // namespace spinlab::physics
