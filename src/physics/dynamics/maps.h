#pragma once

#include <ATen/core/Tensor.h>

namespace spinlab::physics {

/// x ← r x (1 - x). [May, Nature 261, 459 (1976)]
struct LogisticMap {
  double r = 4;
};

/// Orbits, float64 (n, steps + 1), of starts (n) in [0, 1]. Throws c10::ValueError for r outside [0, 4],
/// where the interval would be left, and other starts.
///
/// Rounding ends an orbit of r = 4 at 0 only where a start is a multiple of a power of ½, as 0.25 or 0.5.
at::Tensor iterate(const LogisticMap& map, const at::Tensor& starts, int64_t steps);

/// The mean of ln |r (1 - 2x)| over the orbit of x0 after `transient` steps: for r = 4 it tends to ln 2.
/// Throws as iterate.
double lyapunov_exponent(const LogisticMap& map, double x0, int64_t steps, int64_t transient = 1000);

}  // namespace spinlab::physics
