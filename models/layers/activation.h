#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

namespace spinlab::models {

/// An elementwise nonlinearity: any shape, the same shape back.
using Activation = at::Tensor (*)(const at::Tensor&);

/// "relu", "tanh", "sigmoid", "gelu" or "identity". Throws c10::ValueError naming the nearest for any other.
Activation activation(const std::string& name);

}  // namespace spinlab::models
