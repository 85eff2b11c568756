#pragma once

#include "src/training/optimizers/optimizer.h"

namespace spinlab::training {

/// An optimizer to which all parameters are one vector w (p), group after group.
class FlatOptimizer : public Optimizer {
 public:
  explicit FlatOptimizer(std::vector<ParameterGroup> groups);

 protected:
  /// (p) each, copies. The gradient is that of the loss with the decay's λ w².sum() / 2.
  at::Tensor weights() const;
  at::Tensor gradient() const;
  /// λ w².sum() / 2.
  double decay_energy() const;
  void set_weights(const at::Tensor& weights);

  /// In the groups' order.
  const std::vector<at::Tensor>& parameters() const { return parameters_; }
  /// (p) each: the groups' weight_decay and lr_scale at each number.
  const at::Tensor& weight_decay() const { return weight_decay_; }
  const at::Tensor& lr_scale() const { return lr_scale_; }

 private:
  std::vector<at::Tensor> parameters_;
  at::Tensor weight_decay_, lr_scale_;
};

}  // namespace spinlab::training
