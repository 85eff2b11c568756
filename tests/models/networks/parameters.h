#pragma once

#include <torch/nn/module.h>

namespace spinlab::models {

/// How many numbers a model learns, or keeps as they were drawn.
inline int64_t parameters(const torch::nn::Module& model) {
  int64_t all = 0;
  for (const auto& parameter : model.parameters()) all += parameter.numel();
  return all;
}

}  // namespace spinlab::models
