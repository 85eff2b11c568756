#pragma once

#include <ATen/core/Tensor.h>

namespace spinlab::theory {

/// The lower factor of K plus `noise` on its diagonal, (n, n). Throws c10::ValueError where that is not
/// symmetric, not finite or not positive within rounding, with a noise that would mend it.
at::Tensor cholesky_factor(const at::Tensor& K, double noise);

}  // namespace spinlab::theory
