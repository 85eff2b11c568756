#pragma once

#include <cstdint>

#include "src/theory/duals/dual_activation.h"

namespace spinlab::theory {

/// E f⁴/(E f²)² - 3 of f = Σ_i v_i φ(u_i), one hidden layer of `width` N units with preactivations u_i of
/// variance q and a Gaussian read-out, all independent: 3 (E φ⁴ - (E φ²)²) / (N (E φ²)²), the first sign of a
/// finite width. Throws c10::ValueError where q is not positive, width below 1 or φ zero, and as
/// gaussian_mean() does.
double excess_kurtosis(const DualActivation& phi, double q, int64_t width);

}  // namespace spinlab::theory
