#pragma once

#include "experiments/dense_network.h"
#include "src/training/passes/plain_pass.h"

namespace spinlab::experiments {

/// Full-batch gradient flow of a network that starts from the function 0,
///   dω/dt = -∂L/∂ω,  L = ½ Σ_i ‖r_i‖²,  r = f_t - f_0 - Y
/// (subtracting f_0 leaves the tangent kernel as it is), by the classical Runge-Kutta method of fourth order.
/// Where the kernel does not move this is dr/dt = -Θ r. [Lee et al., NeurIPS 2019, sec. 2.2]
class FlowTraining {
 public:
  /// Trains `network`, which must outlive this; X: (n, inputs), Y: (n, outputs), of its type. step: of time;
  /// with step · λ_max(Θ) ≤ ½ the error of a decay e^(-λt) is below a hundredth of it down to e^-10.
  FlowTraining(const DenseNetwork& network, const at::Tensor& X, const at::Tensor& Y, double step);

  /// To this time, later than the last; the last step is the shorter.
  void advance_to(double time);

  /// r, (n, outputs).
  at::Tensor residual();

 private:
  void take_step(double step);

  const DenseNetwork& network_;
  training::PlainPass pass_;
  at::Tensor inputs_, goal_;  // goal: f_0 + Y
  double step_, time_ = 0;
  std::vector<at::Tensor> begin_, sum_;  // of a step: the parameters at its begin and end
};

}  // namespace spinlab::experiments
