#pragma once

#include "src/training/optimizers/gradient_optimizer.h"

namespace spinlab::training {

struct AdamOptions {
  double beta1 = 0.9;
  double beta2 = 0.999;
  double eps = 1e-8;
  /// AdamW: the decay acts on the weights and not on the gradient.
  bool decoupled = false;
};

/// Adam [Kingma and Ba, arXiv:1412.6980, algorithm 1] and AdamW [Loshchilov and Hutter, arXiv:1711.05101,
/// algorithm 2], by LibTorch's fused kernels.
class Adam : public GradientOptimizer {
 public:
  Adam(std::vector<ParameterGroup> groups, AdamOptions options);

 private:
  void update(Group& group, double learning_rate, int64_t count) override;

  AdamOptions options_;
  /// The kernel wants its step count as a tensor for each parameter: a group's one tensor, named so often.
  std::vector<std::vector<at::Tensor>> counts_;
};

}  // namespace spinlab::training
