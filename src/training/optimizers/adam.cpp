#include <ATen/ops/_fused_adam.h>
#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/zeros.h>

#include "src/core/registry.h"
#include "src/training/optimizers/gradient_optimizer.h"

namespace spinlab::training {
namespace {

struct AdamOptions {
  double beta1 = 0.9;
  double beta2 = 0.999;
  double eps = 1e-8;
  /// AdamW: the decay acts on the weights and not on the gradient.
  bool decoupled = false;
};

/// Adam [Kingma and Ba, arXiv:1412.6980, algorithm 1] and AdamW [Loshchilov and Hutter, arXiv:1711.05101, algorithm 2], by
/// LibTorch's fused kernels.
class FusedAdam : public GradientOptimizer {
 public:
  FusedAdam(std::vector<ParameterGroup> groups, AdamOptions options)
      : GradientOptimizer(std::move(groups), {"mean", "square"}), options_(options) {
    for (const auto& group : groups_) {
      const auto& first = group.parameters.front();
      counts_.emplace_back(group.parameters.size(), at::zeros({}, first.options().dtype(at::kFloat).requires_grad(false)));
    }
  }

 private:
  void update(Group& group, double learning_rate, int64_t count) override {
    const auto& counts = counts_[&group - groups_.data()];
    counts.front().fill_(count);
    const auto kernel = options_.decoupled ? &at::_ops::_fused_adamw_::call : &at::_ops::_fused_adam_::call;
    kernel(group.parameters, group.gradients, group.moments["mean"], group.moments["square"], {}, counts, learning_rate,
           options_.beta1, options_.beta2, group.weight_decay, options_.eps, /*amsgrad=*/false, /*maximize=*/false,
           /*grad_scale=*/{}, /*found_inf=*/{});
  }

  AdamOptions options_;
  /// The kernel wants its step count as a tensor for each parameter: a group's one tensor, named so often.
  std::vector<std::vector<at::Tensor>> counts_;
};

std::unique_ptr<Optimizer> make(const Config& config, std::vector<ParameterGroup> groups) {
  const AdamOptions options{config.number("beta1", 0, 1 - 1e-9), config.number("beta2", 0, 1 - 1e-9),
                            config.number("eps", 0, 1), config.get<std::string>("name") == "adamw"};
  return std::make_unique<FusedAdam>(std::move(groups), options);
}

const Json kDefaults = {{"lr", 1e-3}, {"beta1", 0.9}, {"beta2", 0.999}, {"eps", 1e-8}};

Json with_decay(Json defaults) {
  defaults["weight_decay"] = 1e-2;
  return defaults;
}

const Registered<OptimizerEntry> kAdam{
    {.name = "adam", .summary = "gradients in units of their running deviation", .defaults = kDefaults, .make = make}};
const Registered<OptimizerEntry> kAdamW{{.name = "adamw",
                                         .summary = "Adam whose weight decay acts on the weights alone",
                                         .defaults = with_decay(kDefaults),
                                         .make = make}};

}  // namespace
}  // namespace spinlab::training
