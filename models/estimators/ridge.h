#pragma once

#include "models/estimators/estimator.h"

namespace spinlab::models {

/// Least squares with a quadratic penalty, the intercept not penalised:
/// minimises Σ_i |y_i - W x_i - b|² / n + λ |W|²   [Hastie et al., ESL, eqs. 3.41 to 3.44].
/// Classes are fitted as one-hot targets and predicted by the largest output [ESL, section 4.2]. Solved by QR
/// of the centred inputs and the singular values of R, never by the normal equations; of many solutions the
/// shortest.
class Ridge : public Estimator {
 public:
  /// Without an intercept b = 0, and nothing is subtracted from the inputs.
  explicit Ridge(double penalty, bool intercept = true) : penalty_(penalty), has_intercept_(intercept) {}

  int64_t features() const override { return weights_.defined() ? weights_.size(0) : 0; }
  std::map<std::string, at::Tensor> state() const override;
  void load_state(const std::map<std::string, at::Tensor>& state) override;

  /// (d, k) and (k), k = 1 for a target of one dimension.
  const at::Tensor& weights() const { return weights_; }
  const at::Tensor& intercept() const { return intercept_; }

 protected:
  void learn(const at::Tensor& X, const at::Tensor& y) override;
  at::Tensor answer(const at::Tensor& X) const override;

 private:
  double penalty_;
  bool has_intercept_;
  at::Tensor weights_, intercept_;
  bool classes_ = false;
  bool column_ = false;
};

}  // namespace spinlab::models
