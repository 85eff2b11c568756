#pragma once

#include <vector>

#include "src/training/linear_layers.h"
#include "src/training/named_tensors.h"
#include "src/training/optimizers/parameter_groups.h"

namespace spinlab::training {

/// A parameter with the hyperparameters of its group.
struct KFACParameter {
  at::Tensor tensor;
  double weight_decay = 0;
  double lr_scale = 1;
};

/// One linear layer with W̄ = [W b] (out, in + 1), or W where no bias is trained, and ā = (a, 1). Its block of
/// the Fisher matrix is taken for A ⊗ G, A = E[ā āᵀ], G = E[g gᵀ], a its inputs, g the gradients at its
/// outputs. [Martens and Grosse, arXiv:1503.05671, section 3]
class KFACLayer {
 public:
  /// `bias` may be undefined.
  KFACLayer(std::string name, KFACParameter weight, KFACParameter bias);

  /// A ← ε A + (1 - ε) A of these examples, and so G. Throws c10::ValueError where the factors are undefined
  /// or of other sizes.
  void average(const LinearFactors& factors, double memory);
  /// (A + π √δ)⁻¹ and (G + √δ / π)⁻¹, δ the damping and the weight decay together, π² the ratio of the mean
  /// eigenvalues of A and G [section 6.3].
  void invert(double damping);

  /// The gradient by W̄, the decay included, and G⁻¹ gradient A⁻¹.
  at::Tensor gradient() const;
  at::Tensor natural(const at::Tensor& gradient) const;
  /// v ← μ v + step, W̄ ← W̄ - η v.
  void move(const at::Tensor& step, double momentum, double learning_rate);

  const at::Tensor& weight() const { return weight_.tensor; }
  /// The live tensors.
  NamedTensors state() const;

 private:
  int64_t inputs() const { return weight_.tensor.size(1); }

  std::string name_;
  KFACParameter weight_, bias_;
  at::Tensor input_moment_, gradient_moment_, input_inverse_, gradient_inverse_, velocity_;
};

/// The layers of which the groups are made: "NAME.weight" (out, in) and "NAME.bias" (out). Throws
/// c10::ValueError for a parameter that is no part of one; `where` names the options.
std::vector<KFACLayer> kfac_layers(const std::vector<ParameterGroup>& groups, const std::string& where);

}  // namespace spinlab::training
