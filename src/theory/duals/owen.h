#pragma once

#include <ATen/core/Tensor.h>

namespace spinlab::theory {

/// P(X > x) of a standard normal X.
at::Tensor upper_tail(const at::Tensor& x);

/// Owen's T(h, y/h) = P(X > h, 0 < Y < y X/h) of independent standard normal X and Y, odd in y, broadcast; h
/// > 0. To 1e-15 in float64. [Owen, Ann. Math. Statist. 27 (1956) 1075]
at::Tensor owen_t(const at::Tensor& h, const at::Tensor& y);

}  // namespace spinlab::theory
