#pragma once

#include <memory>

#include "models/kernels/kernel.h"
#include "models/solvers/svm/kernel_matrix.h"

namespace spinlab::models {

/// The kernel matrix of the rows of X (n, d), whose blocks are products of matrices in float32, or in X's
/// type where those would be too rough for a distance: float32 takes 1e-7 of the squares that it is the
/// difference of.
std::unique_ptr<KernelMatrix> kernel_matrix(KernelPtr kernel, const at::Tensor& X);

}  // namespace spinlab::models
