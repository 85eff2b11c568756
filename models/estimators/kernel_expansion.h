#pragma once

#include "models/estimators/value_estimator.h"
#include "models/kernels/kernel.h"

namespace spinlab::models {

/// Values f(x) = Σ_i k(x, x_i) w_i + b. How rows, weights and b are found is the estimator's.
class KernelExpansion : public ValueEstimator {
 public:
  int64_t features() const override { return rows_.defined() ? rows_.size(1) : 0; }
  /// The rows that weigh, (s, d), and what they weigh for each column, (s, k).
  const at::Tensor& rows() const { return rows_; }
  const at::Tensor& weights() const { return weights_; }

 protected:
  explicit KernelExpansion(MakeKernel kernel) : make_kernel_(std::move(kernel)) {}
  at::Tensor values(const at::Tensor& X) const override;
  std::map<std::string, at::Tensor> own_state() const override;
  void load_own_state(const std::map<std::string, at::Tensor>& state) override;

  MakeKernel make_kernel_;
  KernelPtr kernel_;
  at::Tensor rows_, weights_, intercept_;
};

}  // namespace spinlab::models
