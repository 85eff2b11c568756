#pragma once

#include <ATen/core/Tensor.h>

namespace spinlab::theory {

/// (…, 2): √q and 1/√q, the latter 0 where q is, for the two functions below; each side by side in memory.
at::Tensor roots(const at::Tensor& q);

/// c = k / sqrt(q r) in [-1, 1], a, b: roots of q and r. What is above by a rounding is clipped; 0 where q or
/// r is 0.
at::Tensor correlation(const at::Tensor& a, const at::Tensor& b, const at::Tensor& k);

/// sqrt(1 - c²) without loss near |c| = 1.
at::Tensor sine_of(const at::Tensor& c);

}  // namespace spinlab::theory
