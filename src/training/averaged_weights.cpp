#include "src/training/averaged_weights.h"

#include <ATen/ATen.h>

namespace spinlab::training {

std::vector<at::Tensor> floating_tensors(const torch::nn::Module& module) {
  std::vector<at::Tensor> all;
  for (const auto& parameter : module.parameters()) all.push_back(parameter.detach());
  for (const auto& buffer : module.buffers()) {
    if (buffer.is_floating_point()) all.push_back(buffer);
  }
  return all;
}

AveragedWeights::AveragedWeights(const torch::nn::Module& module, double decay)
    : decay_(decay), weights_(floating_tensors(module)) {
  for (const auto& weight : weights_) average_.push_back(weight.clone());
}

void AveragedWeights::update() { at::_foreach_lerp_(average_, weights_, 1 - decay_); }

void AveragedWeights::swap() {
  const at::NoGradGuard outside_the_graph;
  std::vector<at::Tensor> kept;
  for (const auto& weight : weights_) kept.push_back(weight.clone());
  at::_foreach_copy_(weights_, average_);
  at::_foreach_copy_(average_, kept);
}

NamedTensors AveragedWeights::state() const {
  NamedTensors all;
  for (size_t i = 0; i < average_.size(); ++i) all["average." + std::to_string(i)] = average_[i];
  return all;
}

}  // namespace spinlab::training
