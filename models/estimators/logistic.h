#pragma once

#include "models/estimators/linear_classifier.h"

namespace spinlab::models {

/// Logistic (softmax) regression to its optimum: minimises
/// -Σ_i log p(y_i | x_i) / n + λ/2 |W|², p = softmax(W x + b), the intercept not penalised, by L-BFGS with a
/// line search of strong Wolfe conditions [Bishop, PRML, section 4.3.4; Nocedal and Wright, algorithm 7.5].
/// For λ > 0 the optimum is unique up to a constant in b.
class LogisticRegression : public LinearClassifier {
 public:
  LogisticRegression(int64_t classes, double penalty, int64_t max_iterations)
      : LinearClassifier(classes), penalty_(penalty), max_iterations_(max_iterations) {}

  /// (m, classes), rows that sum to 1.
  at::Tensor probabilities(const at::Tensor& X) const;

 protected:
  void learn(const at::Tensor& X, const at::Tensor& y) override;

 private:
  double penalty_;
  int64_t max_iterations_;
};

}  // namespace spinlab::models
