#pragma once

#include <torch/nn/module.h>

#include <vector>

#include "src/training/named_tensors.h"

namespace spinlab::training {

/// A network's parameters, outside the graph, and its buffers of floating point.
std::vector<at::Tensor> floating_tensors(const torch::nn::Module& module);

/// An exponential average of a network's parameters and running statistics, w̄ ← β w̄ + (1 - β) w after each
/// step, which is evaluated in their place [Polyak and Juditsky 1992; Izmailov et al., arXiv:1803.05407].
class AveragedWeights {
 public:
  AveragedWeights(const torch::nn::Module& module, double decay);

  void update();
  /// Exchanges the average with the network's own weights; twice is nothing.
  void swap();
  NamedTensors state() const;

 private:
  double decay_;
  std::vector<at::Tensor> weights_, average_;
};

}  // namespace spinlab::training
