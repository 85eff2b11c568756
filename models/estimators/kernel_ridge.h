#pragma once

#include "models/estimators/kernel_expansion.h"

namespace spinlab::models {

/// Least squares in the space of functions that a kernel spans, its norm as penalty: minimises
/// Σ_i |y_i - ȳ - f(x_i)|² / n + λ ‖f‖²; f(x) = Σ_i α_i k(x, x_i), α = (K + λn)⁻¹ (y - ȳ)
/// [Saunders, Gammerman and Vovk, ICML 1998; Murphy, Probabilistic ML: Advanced Topics, section 18.3.7].
/// Memory: 8 to 12 n² bytes to fit; time n³/3 multiplications and n² kernel values.
class KernelRidge : public KernelExpansion {
 public:
  KernelRidge(MakeKernel kernel, double penalty) : KernelExpansion(std::move(kernel)), penalty_(penalty) {}
  KernelRidge(KernelPtr kernel, double penalty)
      : KernelRidge([kernel](const at::Tensor&) { return kernel; }, penalty) {}

  /// ‖f‖² = αᵀKα of each target, (k), after fit.
  at::Tensor squared_norms() const;

 protected:
  void learn_values(const at::Tensor& X, const at::Tensor& Y) override;

 private:
  double penalty_;
};

}  // namespace spinlab::models
