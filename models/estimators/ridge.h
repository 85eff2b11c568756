#pragma once

#include "models/estimators/value_estimator.h"

namespace spinlab::models {

/// Least squares with a quadratic penalty, the intercept not penalised:
/// minimises Σ_i |y_i - W x_i - b|² / n + λ |W|²   [Hastie et al., ESL, eqs. 3.41 to 3.44].
/// Many rows by corrected normal equations where these lose nothing, all others by QR of the centred inputs
/// and the singular values of R; of many solutions the shortest.
class Ridge : public LinearValues {
 public:
  /// Without an intercept b = 0, and nothing is subtracted from the inputs.
  explicit Ridge(double penalty, bool intercept = true) : penalty_(penalty), has_intercept_(intercept) {}

 protected:
  void learn_values(const at::Tensor& X, const at::Tensor& Y) override;

 private:
  double penalty_;
  bool has_intercept_;
};

}  // namespace spinlab::models
