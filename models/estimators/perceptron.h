#pragma once

#include "models/estimators/linear_classifier.h"

namespace spinlab::models {

/// The perceptron [Rosenblatt, Psychological Review 65 (1958)], for several classes [Collins, EMNLP 2002,
/// figure 1]: where the right class's score W_y·x + b_y is not larger than every other, x is added to its row
/// and taken from the best other's. It goes through the rows, in a new order each time, until it makes no
/// mistake or `max_epochs` are over. On separable rows it makes at most (R/γ)² mistakes [Novikoff 1962], for
/// two classes with R the largest norm of (x, 1) and γ the margin there. Predicted is by the mean of the
/// weights after every row, which votes of all of them come close to [Freund and Schapire, Machine Learning
/// 37 (1999)], or by the last ones.
class Perceptron : public LinearClassifier {
 public:
  Perceptron(int64_t classes, int64_t max_epochs, bool averaged)
      : LinearClassifier(classes), max_epochs_(max_epochs), averaged_(averaged) {}

  /// In fit, all epochs together.
  int64_t mistakes() const { return mistakes_; }
  /// Whether the last epoch had none.
  bool separated() const { return separated_; }
 protected:
  void learn(const at::Tensor& X, const at::Tensor& y) override;

 private:
  int64_t max_epochs_;
  bool averaged_;
  int64_t mistakes_ = 0;
  bool separated_ = false;
};

}  // namespace spinlab::models
