#pragma once

#include "models/estimators/value_estimator.h"
#include "models/kernels/kernel.h"

namespace spinlab::models {

/// Least squares in the space of functions that a kernel spans, its norm as penalty: minimises
/// Σ_i |y_i - ȳ - f(x_i)|² / n + λ ‖f‖²; f(x) = Σ_i α_i k(x, x_i), α = (K + λn)⁻¹ (y - ȳ)
/// [Saunders, Gammerman and Vovk, ICML 1998; Murphy, Probabilistic ML: Advanced Topics, section 18.3.7].
/// Memory: 8 to 12 n² bytes to fit; time n³/3 multiplications and n² kernel values.
class KernelRidge : public ValueEstimator {
 public:
  KernelRidge(MakeKernel kernel, double penalty) : make_kernel_(std::move(kernel)), penalty_(penalty) {}
  KernelRidge(KernelPtr kernel, double penalty)
      : KernelRidge([kernel](const at::Tensor&) { return kernel; }, penalty) {}

  int64_t features() const override { return rows_.defined() ? rows_.size(1) : 0; }

  /// ‖f‖² = αᵀKα of each target, (k), after fit.
  at::Tensor squared_norms() const;

 protected:
  void learn_values(const at::Tensor& X, const at::Tensor& Y) override;
  at::Tensor values(const at::Tensor& X) const override;
  std::map<std::string, at::Tensor> own_state() const override;
  void load_own_state(const std::map<std::string, at::Tensor>& state) override;

 private:
  MakeKernel make_kernel_;
  double penalty_;
  KernelPtr kernel_;
  /// (n, d), (n, k), (k).
  at::Tensor rows_, alpha_, mean_;
};

}  // namespace spinlab::models
