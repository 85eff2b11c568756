#pragma once

#include "models/estimators/estimator.h"

namespace spinlab::models {

/// The perceptron [Rosenblatt, Psychological Review 65 (1958)], for several classes [Collins, EMNLP 2002,
/// figure 1]: where the right class's score W_y·x + b_y is not larger than every other, x is added to its row
/// and taken from the best other's. It goes through the rows, in a new order each time, until it makes no
/// mistake or `max_epochs` are over. On separable rows it makes at most (R/γ)² mistakes [Novikoff 1962], for
/// two classes with R the largest norm of (x, 1) and γ the margin there. Predicted is by the mean of the
/// weights after every row, which votes of all of them come close to [Freund and Schapire, Machine Learning
/// 37 (1999)], or by the last ones.
class Perceptron : public Estimator {
 public:
  Perceptron(int64_t classes, int64_t max_epochs, bool averaged)
      : classes_(classes), max_epochs_(max_epochs), averaged_(averaged) {}

  /// In fit, all epochs together.
  int64_t mistakes() const { return mistakes_; }
  /// Whether the last epoch had none.
  bool separated() const { return separated_; }
  /// (d, classes) and (classes).
  const at::Tensor& weights() const { return weights_; }
  const at::Tensor& intercept() const { return intercept_; }

  int64_t features() const override { return weights_.defined() ? weights_.size(0) : 0; }
  std::map<std::string, at::Tensor> state() const override;
  void load_state(const std::map<std::string, at::Tensor>& state) override;

 protected:
  void learn(const at::Tensor& X, const at::Tensor& y) override;
  at::Tensor answer(const at::Tensor& X) const override;

 private:
  int64_t classes_, max_epochs_;
  bool averaged_;
  at::Tensor weights_, intercept_;
  int64_t mistakes_ = 0;
  bool separated_ = false;
};

}  // namespace spinlab::models
