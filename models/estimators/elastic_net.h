#pragma once

#include "models/estimators/value_estimator.h"

namespace spinlab::models {

/// Solutions for many penalties, largest first.
struct ElasticNetPath {
  /// (L, d), (L).
  at::Tensor weights, intercepts;
  /// Duality gaps (L): the objective is at most so much above its minimum.
  at::Tensor gaps;
};

/// Least squares with the elastic net's penalty, the intercept not penalised:
/// minimises Σ_i (y_i - w·x_i - b)² / 2n + λ (ρ ‖w‖₁ + ½ (1 - ρ) ‖w‖²)   [Friedman, Hastie and Tibshirani,
/// J. Stat. Softw. 33 (2010), eq. 2]; ρ = 1 is the lasso. Several targets are fitted one by one.
struct ElasticNetOptions {
  /// ρ in (0, 1].
  double l1_ratio = 1;
  bool intercept = true;
  /// The largest duality gap, in units of the objective at w = 0.
  double tolerance = 1e-8;
};

/// λ from which on all weights are 0. X: (n, d), y: (n).
double largest_penalty(const at::Tensor& X, const at::Tensor& y, const ElasticNetOptions& options);

/// By coordinate descent on the moments, each solution from the one before. With more than a few thousand
/// columns on those of a working set alone, which grows until no column outside violates its condition, so
/// that memory is that of X and the square of what is not 0. `penalties`: (L) above 0.
ElasticNetPath elastic_net_path(const at::Tensor& X, const at::Tensor& y, const at::Tensor& penalties,
                                const ElasticNetOptions& options);

class ElasticNet : public LinearValues {
 public:
  ElasticNet(double penalty, ElasticNetOptions options) : penalty_(penalty), options_(options) {}

 protected:
  void learn_values(const at::Tensor& X, const at::Tensor& Y) override;

 private:
  double penalty_;
  ElasticNetOptions options_;
};

}  // namespace spinlab::models
