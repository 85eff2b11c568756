#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_lerp.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/_foreach_sign.h>

#include "src/core/registry.h"
#include "src/training/optimizers/gradient_optimizer.h"

namespace spinlab::training {
namespace {

struct LionOptions {
  double beta1 = 0.9;
  double beta2 = 0.99;
};

/// w ← w - η (sign(β₁ m + (1 - β₁) g) + λ w), then m ← β₂ m + (1 - β₂) g. [Chen et al., arXiv:2302.06675,
/// algorithm 2]
///
/// Every number moves by η, whatever its gradient, so that η is 3 to 10 times smaller than AdamW's and λ as
/// much larger (section 5 there).
class Lion : public GradientOptimizer {
 public:
  Lion(std::vector<ParameterGroup> groups, LionOptions options)
      : GradientOptimizer(std::move(groups), {"momentum"}), options_(options) {}

 private:
  void update(Group& group, double learning_rate, int64_t) override {
    auto& momentum = group.moments["momentum"];
    auto signs = at::_foreach_lerp(momentum, group.gradients, 1 - options_.beta1);
    at::_foreach_sign_(signs);
    if (group.weight_decay != 0) at::_foreach_mul_(group.parameters, 1 - learning_rate * group.weight_decay);
    at::_foreach_add_(group.parameters, signs, -learning_rate);
    at::_foreach_lerp_(momentum, group.gradients, 1 - options_.beta2);
  }

  LionOptions options_;
};

std::unique_ptr<Optimizer> make(const Config& config, std::vector<ParameterGroup> groups) {
  return std::make_unique<Lion>(std::move(groups), LionOptions{config.number("beta1", 0, 1 - 1e-9),
                                                               config.number("beta2", 0, 1 - 1e-9)});
}

const Registered<OptimizerEntry> kRegistered{
    {.name = "lion",
     .summary = "steps of one size in every number: the sign of a running mean",
     .defaults = {{"lr", 1e-4}, {"beta1", 0.9}, {"beta2", 0.99}, {"weight_decay", 0.1}},
     .make = make}};

}  // namespace
}  // namespace spinlab::training
