#pragma once

#include <ATen/core/Tensor.h>

#include <functional>

namespace spinlab::training {

/// A mean loss with its gradient by the network's output, without a graph and into memory that is kept from
/// step to step: what PlainPass::backward takes.
class LossGradient {
 public:
  virtual ~LossGradient() = default;

  /// output: (n, …), n any and another at each call. Sets loss() and gradient().
  virtual void compute(const at::Tensor& output, const at::Tensor& targets) = 0;

  /// The mean over the examples: a scalar, overwritten by the next compute.
  const at::Tensor& loss() const { return loss_; }
  /// Of the output's shape; may be overwritten.
  const at::Tensor& gradient() const { return gradient_; }

 protected:
  at::Tensor loss_, gradient_;
};

/// at::cross_entropy_loss, the mean, with label smoothing ε in [0, 1): targets 1 - ε + ε/C for the class and
/// ε/C for the C - 1 others. [Szegedy et al., arXiv:1512.00567, section 7] output: (n, C) logits; targets:
/// (n) int64, 0 to C - 1.
class CrossEntropyGradient : public LossGradient {
 public:
  explicit CrossEntropyGradient(double label_smoothing = 0) : smoothing_(label_smoothing) {}
  void compute(const at::Tensor& output, const at::Tensor& targets) override;

 private:
  double smoothing_;
  at::Tensor log_probabilities_, total_weight_, seed_;
};

/// at::mse_loss, the mean over all numbers. output and targets: of one shape.
class SquaredErrorGradient : public LossGradient {
 public:
  void compute(const at::Tensor& output, const at::Tensor& targets) override;

 private:
  at::Tensor seed_;
};

/// Any other mean loss, by a graph from the output on: the network itself still has none.
class GraphLossGradient : public LossGradient {
 public:
  /// loss(output, targets): a scalar, differentiable by output.
  explicit GraphLossGradient(std::function<at::Tensor(const at::Tensor&, const at::Tensor&)> loss)
      : function_(std::move(loss)) {}
  void compute(const at::Tensor& output, const at::Tensor& targets) override;

 private:
  std::function<at::Tensor(const at::Tensor&, const at::Tensor&)> function_;
};

}  // namespace spinlab::training
