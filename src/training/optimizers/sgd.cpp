#include <ATen/ops/_fused_sgd.h>
#include <c10/util/Exception.h>

#include "src/core/registry.h"
#include "src/training/optimizers/gradient_optimizer.h"

namespace spinlab::training {
namespace {

struct SGDOptions {
  double momentum = 0;
  double dampening = 0;
  bool nesterov = false;
};

/// v ← μ v + (1 - τ) (g + λ w), w ← w - η v (or η (g + λ w + μ v) for Nesterov) as torch::optim::SGD, by
/// LibTorch's fused kernel. [Sutskever et al., On the importance of initialization and momentum, ICML 2013]
class FusedSGD : public GradientOptimizer {
 public:
  FusedSGD(std::vector<ParameterGroup> groups, SGDOptions options)
      : GradientOptimizer(std::move(groups), moments(options)), options_(options) {}

 private:
  static std::vector<std::string> moments(const SGDOptions& options) {
    if (options.momentum == 0) return {};
    return {"momentum"};
  }

  void update(Group& group, double learning_rate, int64_t count) override {
    at::_fused_sgd_(group.parameters, group.gradients, group.moments["momentum"], group.weight_decay,
                    options_.momentum, learning_rate, options_.dampening, options_.nesterov,
                    /*maximize=*/false,
                    /*is_first_step=*/count == 1);
  }

  SGDOptions options_;
};

std::unique_ptr<Optimizer> make(const Config& config, std::vector<ParameterGroup> groups) {
  const SGDOptions options{config.number("momentum", 0, 1), config.number("dampening", 0, 1),
                           config.get<bool>("nesterov")};
  TORCH_CHECK_VALUE(!options.nesterov || (options.momentum > 0 && options.dampening == 0), config.where(),
                    ": nesterov needs a momentum above 0 and no dampening");
  return std::make_unique<FusedSGD>(std::move(groups), options);
}

const Registered<OptimizerEntry> kRegistered{
    {.name = "sgd",
     .summary = "stochastic gradient descent with momentum",
     .defaults = {{"lr", 0.1}, {"momentum", 0.9}, {"dampening", 0.0}, {"nesterov", false}},
     .make = make}};

}  // namespace
}  // namespace spinlab::training
