#pragma once

#include <string>

#include "models/estimators/linear_classifier.h"
#include "models/estimators/softmax_loss.h"

namespace spinlab::models {

struct LogisticOptions {
  /// λ and ρ below.
  double penalty = 1e-4, l1_ratio = 0;
  /// kAuto: Newton where there are few weights or ρ > 0, else L-BFGS, which takes ρ = 0 alone.
  enum class Solver { kAuto, kNewton, kLbfgs } solver = Solver::kAuto;
  /// Of L-BFGS those of each of its stages, float32 and float64.
  int64_t max_iterations = 200;
  /// Ends where no optimality condition is missed by more; where that is not reached a warning says so.
  double tolerance = 1e-8;
};

/// Logistic (softmax) regression to its optimum: minimises
/// -Σ_i log p(y_i | x_i) / n + λ (ρ ‖W‖₁ + ½ (1 - ρ) ‖W‖²), p = softmax(W x + b), the intercept not penalised
/// [Bishop, PRML, section 4.3.4; Friedman, Hastie and Tibshirani, J. Stat. Softw. 33 (2010), section 4].
/// Where classes can be separated and λ = 0 there is no optimum: W grows until the slope is within the
/// tolerance.
class LogisticRegression : public LinearClassifier {
 public:
  LogisticRegression(int64_t classes, const LogisticOptions& options)
      : LinearClassifier(classes), options_(options) {}

  /// (m, classes), rows that sum to 1.
  at::Tensor probabilities(const at::Tensor& X) const;

 protected:
  void learn(const at::Tensor& X, const at::Tensor& y) override;

 private:
  LogisticOptions options_;
};

/// W (d, classes) and b (classes), and by how much they miss an optimality condition at most.
struct SoftmaxWeights {
  at::Tensor weights, intercept;
  double missed = 0;
};

/// By L-BFGS [Nocedal and Wright, algorithm 7.5] in coordinates in which Böhning's bound on the curvature,
/// ½ (XᵀX/n - x̄x̄ᵀ) + λ, is the identity [Böhning, Ann. Inst. Stat. Math. 44 (1992)]: far fewer steps where
/// columns are correlated. The bound is taken from at most 10,000 rows. Slopes are in float32 until they are
/// small, where that shows no difference at the start, then in float64.
SoftmaxWeights fit_by_lbfgs(const SoftmaxLoss& loss, const LogisticOptions& options);

/// By Newton's method with a line search; with ρ > 0 each step minimises the quadratic model with its penalty
/// by coordinate descent, on the weights that are not 0 or should not be [Yuan, Ho and Lin, JMLR 13 (2012)].
SoftmaxWeights fit_by_newton(const SoftmaxLoss& loss, const LogisticOptions& options);

}  // namespace spinlab::models
