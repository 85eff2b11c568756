#pragma once

#include <memory>
#include <vector>

#include "models/kernels/kernel.h"
#include "models/solvers/sparse_rows.h"
#include "models/solvers/svm/kernel_matrix.h"

namespace spinlab::models {

/// The kernel matrix of the rows of X (n, d), a floating tensor. Of a kernel that is a function of inner
/// products its rows are products of matrices in float32; any other is asked for them, in X's type. Of
/// the precomputed kernel it is X itself, see below.
std::unique_ptr<KernelMatrix> kernel_matrix(KernelPtr kernel, const at::Tensor& X);

/// The same of sparse rows, which stay sparse. Throws c10::ValueError where the kernel is no function of
/// inner products.
std::unique_ptr<KernelMatrix> kernel_matrix(KernelPtr kernel, const SparseRows& X);

/// One that is held: K (n, n), floating. Throws c10::ValueError where it is not square, not finite or not
/// symmetric within 1e-6 of its largest number. That it is positive is not looked at: where it is not, a
/// minimum that is found is one of its neighbourhood.
std::unique_ptr<KernelMatrix> kernel_matrix(const at::Tensor& K);

/// That of some of its points, which `whole` must outlive.
std::unique_ptr<KernelMatrix> restricted(const KernelMatrix& whole, std::vector<int64_t> points);

}  // namespace spinlab::models
