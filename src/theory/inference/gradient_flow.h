#pragma once

#include <ATen/core/Tensor.h>

#include "src/theory/kernels/network_kernel.h"

namespace spinlab::theory {

/// Training of a network whose tangent kernel Θ does not move: dθ/dt = -∂/∂θ ½ Σ_i ‖f(x_i) - y_i‖² becomes
/// df/dt = -Θ (f - Y), solved mode by mode of Θ = U Λ Uᵀ [Lee et al., NeurIPS 2019, eqs. 8 to 16]. Over a
/// mean of n squares t is n times as long. All of float64; n³ once.
class GradientFlow {
 public:
  /// ntk: (n, n) of the training inputs; Y: (n, outputs). Throws c10::ValueError where Θ has a negative
  /// eigenvalue beyond rounding.
  GradientFlow(const at::Tensor& ntk, const at::Tensor& Y);

  /// Λ, ascending, (n): mode i is learned as e^(-λ_i t); and U, whose columns are the modes.
  const at::Tensor& rates() const { return rates_; }
  const at::Tensor& modes() const { return modes_; }

  /// ½ Σ ‖f_t - Y‖² at the training inputs, from f_0 = 0.
  double loss(double t) const;

  /// f_t at m other inputs from f_0 = 0, which is the mean over networks, (m, outputs); across: Θ between
  /// them and the training inputs, (m, n). t may be infinite: then Θ must be positive.
  at::Tensor mean(double t, const at::Tensor& across) const;

  /// (m, m): over networks drawn at random, each trained for t. nngp_*: the covariances at the drawing, among
  /// the n, between the m and the n, and among the m.
  at::Tensor covariance(double t, const at::Tensor& across, const at::Tensor& nngp,
                        const at::Tensor& nngp_across, const at::Tensor& nngp_own) const;

 private:
  /// Θ(·, X) Θ⁻¹ (1 - e^(-Θ t)), (m, n).
  at::Tensor response(double t, const at::Tensor& across) const;

  at::Tensor rates_, modes_, targets_;
};

}  // namespace spinlab::theory
