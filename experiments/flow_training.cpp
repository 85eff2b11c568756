#include "experiments/flow_training.h"

#include <ATen/ATen.h>

namespace spinlab::experiments {

FlowTraining::FlowTraining(const DenseNetwork& network, const at::Tensor& X, const at::Tensor& Y, double step)
    : network_(network), pass_(network.layers()), inputs_(X), goal_(network(X) + Y), step_(step) {
  for (const auto& parameter : network.parameters()) {
    begin_.push_back(at::empty_like(parameter.value));
    sum_.push_back(at::empty_like(parameter.value));
  }
}

void FlowTraining::advance_to(double time) {
  for (; time_ + step_ < time; time_ += step_) take_step(step_);
  take_step(time - time_);
  time_ = time;
}

at::Tensor FlowTraining::residual() { return pass_.predict(inputs_) - goal_; }

void FlowTraining::take_step(double step) {
  constexpr double kWeights[] = {1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 6};
  constexpr double kNext[] = {0.5, 0.5, 1};  // where the next slope is taken
  const auto& parameters = network_.parameters();
  for (size_t p = 0; p < parameters.size(); ++p) {
    begin_[p].copy_(parameters[p].value);
    sum_[p].copy_(begin_[p]);
  }
  for (int stage = 0; stage < 4; ++stage) {
    pass_.backward(pass_.forward(inputs_) - goal_);
    for (size_t p = 0; p < parameters.size(); ++p) {
      auto value = parameters[p].value;
      const auto& gradient = value.grad();
      const double rate = -step * parameters[p].rate;
      sum_[p].add_(gradient, kWeights[stage] * rate);
      if (stage < 3) at::add_out(value, begin_[p], gradient, kNext[stage] * rate);
    }
  }
  for (size_t p = 0; p < parameters.size(); ++p) at::Tensor(parameters[p].value).copy_(sum_[p]);
}

}  // namespace spinlab::experiments
