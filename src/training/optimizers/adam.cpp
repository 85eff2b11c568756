#include "src/training/optimizers/adam.h"

#include <ATen/ops/_fused_adam.h>
#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/zeros.h>

#include "src/core/registry.h"

namespace spinlab::training {

Adam::Adam(std::vector<ParameterGroup> groups, AdamOptions options)
    : GradientOptimizer(std::move(groups), {"mean", "square"}), options_(options) {
  for (const auto& group : grouped_) {
    const auto& first = group.parameters.front();
    counts_.emplace_back(group.parameters.size(),
                         at::zeros({}, first.options().dtype(at::kFloat).requires_grad(false)));
  }
}

void Adam::update(Group& group, double learning_rate, int64_t count) {
  const auto& counts = counts_[&group - grouped_.data()];
  counts.front().fill_(count);
  const auto kernel = options_.decoupled ? &at::_ops::_fused_adamw_::call : &at::_ops::_fused_adam_::call;
  kernel(group.parameters, group.gradients, group.moments["mean"], group.moments["square"], {}, counts,
         learning_rate, options_.beta1, options_.beta2, group.weight_decay, options_.eps, /*amsgrad=*/false,
         /*maximize=*/false,
         /*grad_scale=*/{}, /*found_inf=*/{});
}

namespace {

std::unique_ptr<Optimizer> make(const Config& config, std::vector<ParameterGroup> groups) {
  const AdamOptions options{config.number("beta1", 0, 1 - 1e-9), config.number("beta2", 0, 1 - 1e-9),
                            config.number("eps", 0, 1), config.get<std::string>("name") == "adamw"};
  return std::make_unique<Adam>(std::move(groups), options);
}

const Json kDefaults = {{"lr", 1e-3}, {"beta1", 0.9}, {"beta2", 0.999}, {"eps", 1e-8}};

Json with_decay(Json defaults) {
  defaults["weight_decay"] = 1e-2;
  return defaults;
}

const Registered<OptimizerEntry> kAdam{{.name = "adam",
                                        .summary = "gradients in units of their running deviation",
                                        .defaults = kDefaults,
                                        .make = make}};
const Registered<OptimizerEntry> kAdamW{{.name = "adamw",
                                         .summary = "Adam whose weight decay acts on the weights alone",
                                         .defaults = with_decay(kDefaults),
                                         .make = make}};

}  // namespace
}  // namespace spinlab::training
