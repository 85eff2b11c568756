#include "src/training/optimizers/gradient_optimizer.h"

#include <ATen/ops/zeros_like.h>

namespace spinlab::training {

GradientOptimizer::GradientOptimizer(std::vector<ParameterGroup> groups,
                                     const std::vector<std::string>& moments)
    : Optimizer(std::move(groups)) {
  for (const auto& group : this->groups()) {
    auto& added = grouped_.emplace_back(Group{group, {}, {}});
    added.gradients.resize(added.parameters.size());
    for (const auto& name : moments) {
      for (const auto& parameter : added.parameters)
        added.moments[name].push_back(at::zeros_like(parameter.detach()));
    }
  }
}

void GradientOptimizer::take(const Step& step, int64_t count) {
  for (auto& group : grouped_) {
    for (size_t i = 0; i < group.parameters.size(); ++i)
      group.gradients[i] = group.parameters[i].mutable_grad();
    update(group, step.learning_rate * group.lr_scale, count);
  }
}

void GradientOptimizer::zero_grad() {
  for (auto& group : grouped_) {
    for (auto& gradient : group.gradients) gradient.reset();
  }
  Optimizer::zero_grad();
}

NamedTensors GradientOptimizer::state() const {
  auto all = Optimizer::state();
  for (const auto& group : grouped_) {
    for (const auto& [name, moments] : group.moments) {
      for (size_t i = 0; i < moments.size(); ++i) {
        all[name + "." + group.names[i]] = moments[i];
      }
    }
  }
  return all;
}

}  // namespace spinlab::training
