#pragma once

#include "models/estimators/estimator.h"

namespace spinlab::models {

/// Logistic (softmax) regression to its optimum: minimises
/// -Σ_i log p(y_i | x_i) / n + λ/2 |W|², p = softmax(W x + b), the intercept not penalised, by L-BFGS with a
/// line search of strong Wolfe conditions [Bishop, PRML, section 4.3.4; Nocedal and Wright, algorithm 7.5].
/// For λ > 0 the optimum is unique up to a constant in b.
class LogisticRegression : public Estimator {
 public:
  LogisticRegression(int64_t classes, double penalty, int64_t max_iterations)
      : classes_(classes), penalty_(penalty), max_iterations_(max_iterations) {}

  int64_t features() const override { return weights_.defined() ? weights_.size(0) : 0; }
  std::map<std::string, at::Tensor> state() const override;
  void load_state(const std::map<std::string, at::Tensor>& state) override;

  /// (m, classes), rows that sum to 1.
  at::Tensor probabilities(const at::Tensor& X) const;

  /// (d, classes) and (classes).
  const at::Tensor& weights() const { return weights_; }
  const at::Tensor& intercept() const { return intercept_; }

 protected:
  void learn(const at::Tensor& X, const at::Tensor& y) override;
  at::Tensor answer(const at::Tensor& X) const override;

 private:
  at::Tensor logits(const at::Tensor& X) const;

  int64_t classes_;
  double penalty_;
  int64_t max_iterations_;
  at::Tensor weights_, intercept_;
};

}  // namespace spinlab::models
