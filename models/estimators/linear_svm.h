#pragma once

#include <optional>

#include "models/estimators/class_weights.h"
#include "models/estimators/linear_classifier.h"
#include "models/solvers/svm/linear_dual.h"

namespace spinlab::models {

struct LinearSvmOptions {
  /// C of the sum of losses, not of their mean.
  double C = 1;
  HingeLoss loss = HingeLoss::kSquaredHinge;
  enum class Solver { kDual, kPegasos } solver = Solver::kDual;
  /// LIBLINEAR's criterion, whose default is 0.1. On MNIST at C = 1 a tolerance of 0.5 left the objective
  /// 1e-3 above its minimum, and 0.1 was not reached within 1000 sweeps, which left 1e-4; 0.01 is for smaller
  /// problems, where it costs little.
  double tolerance = 0.01;
  /// Of the dual: sweeps over the rows; of Pegasos as many times n steps of one row.
  int64_t max_iterations = 1000;
  /// By a constant feature 1, so that it is penalised as the weights are (as in LIBLINEAR).
  bool intercept = true;
  /// Factors of C.
  ClassWeights class_weights = {};
};

/// Linear support vector machine: minimises ½‖w‖² + Σ_i C_i loss(y_i (w·x_i + b)), ‖w‖² with b² where there
/// is an intercept. Several classes: one machine a class against the rest, C_i that of the row's own class. A
/// class without rows is never predicted. Weights are from float32 rows and float64 sums.
class LinearSvm : public LinearClassifier {
 public:
  LinearSvm(int64_t classes, const LinearSvmOptions& options)
      : LinearClassifier(classes), options_(options) {}

  /// (m, classes): the margins; with two classes the second's and its negative.
  at::Tensor decision(const at::Tensor& X) const { return scores(X); }
  /// What the dual found; nothing after Pegasos.
  const std::optional<LinearMachines>& machines() const { return machines_; }

 protected:
  void learn(const at::Tensor& X, const at::Tensor& y) override;

 private:
  LinearSvmOptions options_;
  std::optional<LinearMachines> machines_;
};

}  // namespace spinlab::models
