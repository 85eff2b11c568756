#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>
#include <vector>

namespace spinlab::training {

/// Values by name, without the name of the part that they were measured on: "loss", "accuracy".
using Metrics = std::map<std::string, double>;

/// What is known of a metric before it is measured.
struct Metric {
  std::string name;
  /// "nats", "bits a dimension", "share", "unit of the target"; empty for a pure number.
  std::string unit;
  bool higher_is_better = false;
};

/// The same names with "test_" or the like before them.
Metrics prefixed(const std::string& prefix, const Metrics& metrics);

/// Sums that regression is judged by, batch after batch, with the digits of float64:
/// rmse = √mean (y - ŷ)²; r2 = 1 - Σ(y - ŷ)²/Σ(y - ȳ)², ȳ by column, both over all columns.
class RegressionSums {
 public:
  /// values, targets: (n, k) in the units of the data set.
  void add(const at::Tensor& values, const at::Tensor& targets);
  /// "rmse" and "r2". r2 is -∞ where all targets are alike and the values are not, and 1 where both are.
  Metrics metrics() const;

  /// All that they follow from; merge() takes in what another one has seen.
  std::vector<double> numbers() const;
  void merge(const std::vector<double>& numbers);

 private:
  void merge(double rows, double squared_error, const at::Tensor& mean, const at::Tensor& spread);

  /// (k): mean and Σ(y - ȳ)² of the targets so far [Chan, Golub and LeVeque, The American Statistician 37
  /// (1983)].
  at::Tensor mean_, spread_;
  double squared_error_ = 0;
  double rows_ = 0;
};

}  // namespace spinlab::training
