#pragma once

#include <torch/nn/module.h>

#include "src/training/optimizers/optimizer.h"

namespace spinlab::training {

/// A network on one batch, float64, with all that a Step may be asked for: what Trainer gives, in few lines.
struct FisherModel {
  std::shared_ptr<torch::nn::Module> module;
  std::function<at::Tensor(const at::Tensor&)> forward;
  /// Inputs (n, d), and values (n, k) or classes (n).
  at::Tensor inputs, targets;

  std::vector<NamedParameter> parameters() const;
  /// Mean cross-entropy or mean square, with the graph.
  at::Tensor loss() const;
  /// F = B Bᵀ at outputs (n, k).
  at::Tensor factor(const at::Tensor& outputs) const;
  void step(Optimizer& optimizer, double learning_rate) const;
};

/// Of an MLP of tanh with weights from `seed`; no hidden widths: a linear map.
FisherModel fisher_model(std::vector<int64_t> hidden, const at::Tensor& inputs, const at::Tensor& targets,
                         uint64_t seed);

}  // namespace spinlab::training
