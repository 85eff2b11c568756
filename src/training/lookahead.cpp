#include "src/training/lookahead.h"

#include <ATen/ATen.h>

#include <cmath>

#include "src/training/averaged_weights.h"

namespace spinlab::training {

Lookahead::Lookahead(const torch::nn::Module& module, LookaheadOptions options, int64_t steps)
    : options_(options), steps_(steps), weights_(floating_tensors(module)) {
  for (const auto& weight : weights_) slow_.push_back(weight.clone());
}

void Lookahead::after(int64_t step) {
  const bool last = step == steps_;
  if (!last && step % options_.every != 0) return;
  const at::NoGradGuard outside_the_graph;
  if (!last) {
    const auto passed = static_cast<double>(step) / static_cast<double>(steps_);
    const auto kept =
        std::pow(options_.decay, static_cast<double>(options_.every)) * std::pow(passed, options_.power);
    at::_foreach_lerp_(slow_, weights_, 1 - kept);
  }
  at::_foreach_copy_(weights_, slow_);
}

NamedTensors Lookahead::state() const {
  NamedTensors all;
  for (size_t i = 0; i < slow_.size(); ++i) all["lookahead." + std::to_string(i)] = slow_[i];
  return all;
}

}  // namespace spinlab::training
