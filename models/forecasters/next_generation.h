#pragma once

#include "models/forecasters/forecaster.h"

namespace spinlab::models {

struct NextGenerationOptions {
  /// The last state and so many before it, each `stride` steps before the other: k of them in all.
  int64_t delays = 2, stride = 1;
  /// The highest degree of the monomials.
  int64_t degree = 2;
  double penalty = 1e-8;
};

/// The next-generation reservoir computer of Gauthier et al., Nat. Commun. 12, 5564 (2021): what a step adds,
/// u(t+1) - u(t), is linear in a constant, the k d numbers of the last states and all their different
/// products of up to `degree` [eqs. 5 to 7, 9 and 10; they take one degree beside the linear part, this takes
/// all up to it], fitted by ridge regression: Σ_t |u(t+1) - u(t) - W φ(t) - b|² / n + λ |W|². Time T M²,
/// memory M², M = (kd + degree)! / (kd)! / degree! - 1 monomials.
class NextGeneration : public Forecaster {
 public:
  /// Throws c10::ValueError for options below 1 (the penalty: below 0).
  explicit NextGeneration(const NextGenerationOptions& options);

  int64_t memory() const override { return (options_.delays - 1) * options_.stride + 1; }
  int64_t features() const override { return intercept_.defined() ? intercept_.size(0) : 0; }

  /// states (n, k d), the newest first. Returns φ (n, M): the numbers themselves, then their products of two,
  /// of three, …, each in lexicographic order of their factors.
  at::Tensor monomials(const at::Tensor& states) const;
  /// (M, d) and (d), after fit.
  const at::Tensor& weights() const { return weights_; }
  const at::Tensor& intercept() const { return intercept_; }

  std::map<std::string, at::Tensor> state() const override;
  void load_state(const std::map<std::string, at::Tensor>& state) override;

 protected:
  void learn(const at::Tensor& trajectories) override;
  at::Tensor one_step(const at::Tensor& heard) const override;
  at::Tensor go_on(const at::Tensor& heard, int64_t steps) const override;

 private:
  at::Tensor delayed(const at::Tensor& trajectories) const;
  at::Tensor added(const at::Tensor& states) const;

  NextGenerationOptions options_;
  at::Tensor weights_, intercept_;
};

}  // namespace spinlab::models
