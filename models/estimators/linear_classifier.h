#pragma once

#include "models/estimators/estimator.h"

namespace spinlab::models {

/// The class of the largest score W x + b, of equal ones the lowest. How W and b are found is the
/// estimator's.
class LinearClassifier : public Estimator {
 public:
  /// (d, classes) and (classes).
  const at::Tensor& weights() const { return weights_; }
  const at::Tensor& intercept() const { return intercept_; }

  int64_t features() const override { return weights_.defined() ? weights_.size(0) : 0; }
  std::map<std::string, at::Tensor> state() const override;
  void load_state(const std::map<std::string, at::Tensor>& state) override;

 protected:
  explicit LinearClassifier(int64_t classes) : classes_(classes) {}

  at::Tensor answer(const at::Tensor& X) const override;
  /// (m, classes). Throws c10::Error before fit.
  at::Tensor scores(const at::Tensor& X) const;

  int64_t classes_;
  at::Tensor weights_, intercept_;
};

}  // namespace spinlab::models
