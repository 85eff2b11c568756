#pragma once

#include <torch/nn/module.h>

#include <functional>
#include <string>

#include "src/training/batches/batches.h"
#include "src/training/named_tensors.h"

namespace spinlab::training {

/// Which tensor of a step is the first that holds a NaN or an infinity (inputs, targets, parameters, the
/// network's output), and what to do about it, as the end of a message. `forward` computes the output again.
std::string first_not_finite(const Batch& batch, const torch::nn::Module& module,
                             const std::function<at::Tensor()>& forward);

/// The first name whose tensor holds one; empty where all are finite.
std::string first_not_finite(const NamedTensors& tensors);

}  // namespace spinlab::training
