#pragma once

#include "models/estimators/svm/machine.h"
#include "models/estimators/value_estimator.h"
#include "models/kernels/kernel.h"

namespace spinlab::models {

/// Support vector regression, a machine for each column of the targets: minimises
/// ½ ‖f‖² + C Σ_i max(0, |y_i - f(x_i)| - ε) [Vapnik 1998; Chang and Lin, ACM TIST 2 (2011), eq. 8].
class SvmRegression : public ValueEstimator {
 public:
  SvmRegression(MakeKernel kernel, double C, double epsilon, const DualOptions& options)
      : make_kernel_(std::move(kernel)), C_(C), epsilon_(epsilon), options_(options) {}

  int64_t features() const override { return rows_.defined() ? rows_.size(1) : 0; }
  /// Support vectors, (s, d), and what they weigh for each column, (s, k).
  const at::Tensor& rows() const { return rows_; }
  const at::Tensor& weights() const { return weights_; }

 protected:
  void learn_values(const at::Tensor& X, const at::Tensor& Y) override;
  at::Tensor values(const at::Tensor& X) const override;
  std::map<std::string, at::Tensor> own_state() const override;
  void load_own_state(const std::map<std::string, at::Tensor>& state) override;

 private:
  MakeKernel make_kernel_;
  double C_, epsilon_;
  DualOptions options_;
  KernelPtr kernel_;
  at::Tensor rows_, weights_, biases_;
};

}  // namespace spinlab::models
