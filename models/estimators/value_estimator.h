#pragma once

#include "models/estimators/estimator.h"

namespace spinlab::models {

/// A model of values that serves for classes too: fitted to one-hot targets, it predicts the class of the
/// largest output [Hastie et al., ESL, section 4.2].
class ValueEstimator : public Estimator {
 public:
  std::map<std::string, at::Tensor> state() const final;
  void load_state(const std::map<std::string, at::Tensor>& state) final;

 protected:
  void learn(const at::Tensor& X, const at::Tensor& y) final;
  at::Tensor answer(const at::Tensor& X) const final;

  /// Y: (n, k) float64.
  virtual void learn_values(const at::Tensor& X, const at::Tensor& Y) = 0;
  /// (m, k) float64, after learn_values.
  virtual at::Tensor values(const at::Tensor& X) const = 0;
  /// state and load_state without what this class adds.
  virtual std::map<std::string, at::Tensor> own_state() const = 0;
  virtual void load_own_state(const std::map<std::string, at::Tensor>& state) = 0;

 private:
  bool classes_ = false;
  bool column_ = false;
};

/// Values W x + b. How W and b are found is the estimator's.
class LinearValues : public ValueEstimator {
 public:
  int64_t features() const override { return weights_.defined() ? weights_.size(0) : 0; }

  /// (d, k) and (k), k = 1 for a target of one dimension.
  const at::Tensor& weights() const { return weights_; }
  const at::Tensor& intercept() const { return intercept_; }

 protected:
  at::Tensor values(const at::Tensor& X) const override;
  std::map<std::string, at::Tensor> own_state() const override;
  void load_own_state(const std::map<std::string, at::Tensor>& state) override;

  at::Tensor weights_, intercept_;
};

}  // namespace spinlab::models
