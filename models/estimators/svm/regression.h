#pragma once

#include "models/estimators/kernel_expansion.h"
#include "models/estimators/svm/machine.h"

namespace spinlab::models {

/// Support vector regression, a machine for each column of the targets: minimises
/// ½ ‖f‖² + C Σ_i max(0, |y_i - f(x_i)| - ε) [Vapnik 1998; Chang and Lin, ACM TIST 2 (2011), eq. 8].
class SvmRegression : public KernelExpansion {
 public:
  SvmRegression(MakeKernel kernel, double C, double epsilon, const DualOptions& options)
      : KernelExpansion(std::move(kernel)), C_(C), epsilon_(epsilon), options_(options) {}

 protected:
  void learn_values(const at::Tensor& X, const at::Tensor& Y) override;

 private:
  double C_, epsilon_;
  DualOptions options_;
};

}  // namespace spinlab::models
