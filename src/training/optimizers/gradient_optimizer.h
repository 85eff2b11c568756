#pragma once

#include <map>

#include "src/training/optimizers/optimizer.h"

namespace spinlab::training {

/// An optimizer whose step is one kernel for a group, of its gradients and of moments with the parameters'
/// shapes.
class GradientOptimizer : public Optimizer {
 public:
  /// `moments`: their names, "momentum" say; zeros at first.
  GradientOptimizer(std::vector<ParameterGroup> groups, const std::vector<std::string>& moments);

  void zero_grad() override;
  NamedTensors state() const override;

 protected:
  struct Group : ParameterGroup {
    std::vector<at::Tensor> gradients;
    /// By name one tensor a parameter.
    std::map<std::string, std::vector<at::Tensor>> moments;
  };

  /// The kernel, gradients collected, in the step number `count` from 1. No graph is recorded.
  virtual void update(Group& group, double learning_rate, int64_t count) = 0;

  std::vector<Group> grouped_;

 private:
  void take(const Step& step, int64_t count) override;
};

}  // namespace spinlab::training
