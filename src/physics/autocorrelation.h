#pragma once

#include <ATen/core/Tensor.h>

namespace spinlab::physics {

/// The integrated autocorrelation time τ = ½ + Σ_t ρ(t) of a stationary series, in units of its step: n
/// values are worth n/2τ independent ones, and τ = ½ where they are independent. The sum ends at the first t
/// ≥ 6τ(t). [Sokal, Monte Carlo methods in statistical mechanics, 1997, sec. 3] series: (n) real, n ≥ 2. A
/// constant series counts as independent. Throws c10::ValueError on another shape.
double integrated_autocorrelation_time(const at::Tensor& series);

/// The standard error of the mean of such a series: √(2τ·variance/n).
double standard_error(const at::Tensor& series);

}  // namespace spinlab::physics
