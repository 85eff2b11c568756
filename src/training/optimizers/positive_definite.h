#pragma once

#include <ATen/core/Tensor.h>

#include <string>

namespace spinlab::training {

/// The lower Cholesky factor of a symmetric matrix. Throws c10::ValueError where it is not positive definite
/// to rounding; `what` names it there ("natural_gradient: the Fisher matrix").
at::Tensor damped_cholesky(const at::Tensor& matrix, const std::string& what);

}  // namespace spinlab::training
