#include "src/training/optimizers/flat_optimizer.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/full_like.h>

namespace spinlab::training {
namespace {

at::Tensor flat(const std::vector<at::Tensor>& tensors) {
  std::vector<at::Tensor> parts;
  for (const auto& tensor : tensors) parts.push_back(tensor.detach().flatten());
  return at::cat(parts);
}

at::Tensor spread(const std::vector<ParameterGroup>& groups, double ParameterGroup::* option) {
  std::vector<at::Tensor> parts;
  for (const auto& group : groups) {
    for (const auto& parameter : group.parameters)
      parts.push_back(at::full_like(parameter.detach(), group.*option));
  }
  return flat(parts);
}

}  // namespace

FlatOptimizer::FlatOptimizer(std::vector<ParameterGroup> groups)
    : Optimizer(std::move(groups)),
      weight_decay_(spread(this->groups(), &ParameterGroup::weight_decay)),
      lr_scale_(spread(this->groups(), &ParameterGroup::lr_scale)) {
  for (const auto& group : this->groups()) {
    parameters_.insert(parameters_.end(), group.parameters.begin(), group.parameters.end());
  }
}

at::Tensor FlatOptimizer::weights() const { return flat(parameters_); }

at::Tensor FlatOptimizer::gradient() const {
  std::vector<at::Tensor> gradients;
  for (const auto& parameter : parameters_) gradients.push_back(parameter.grad());
  return flat(gradients).addcmul_(weight_decay_, weights());
}

double FlatOptimizer::decay_energy() const {
  return weights().square_().mul_(weight_decay_).sum().item<double>() / 2;
}

void FlatOptimizer::set_weights(const at::Tensor& weights) {
  int64_t first = 0;
  for (auto& parameter : parameters_) {
    parameter.copy_(weights.narrow(0, first, parameter.numel()).view(parameter.sizes()));
    first += parameter.numel();
  }
}

}  // namespace spinlab::training
