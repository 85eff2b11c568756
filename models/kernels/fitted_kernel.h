#pragma once

#include <map>
#include <string>

#include "models/kernels/kernel.h"

namespace spinlab::models {

/// An estimator's option "kernel", checked at once; made when the training rows are known.
MakeKernel kernel_option(const Config& estimator);

/// `kernel` with the parameters that a checkpoint holds as "kernel". Throws c10::ValueError where their
/// number is another's.
KernelPtr kernel_of_state(const KernelPtr& kernel, const std::map<std::string, at::Tensor>& state);

/// Throws c10::ValueError, with what to do, where the Gram matrix of n rows, float64, and a factor of half
/// its size do not fit this machine's memory.
void require_memory_for_gram(int64_t n);

}  // namespace spinlab::models
