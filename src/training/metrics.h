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

/// What is known of the metric that a value is of: of "test_ngram_loss" that of "ngram_loss". Null where it
/// is none of them.
const Metric* metric_of(const std::string& name, const std::vector<Metric>& known);

/// For people, with four or five digits and the unit: "97.12 %", "1.8764 nats a token".
std::string text_of(double value, const Metric& metric);
/// The same of a value by its name with its part, which has no unit where it is none of those known.
std::string text_of(const std::string& name, double value, const std::vector<Metric>& known);

/// Of values by their names with their part the one that says most: that of `goal` where it is there; else of
/// the validation part where it was measured, or of the test part, the last that is better higher, or the
/// first. Empty where none of them is there.
std::string headline_of(const Metrics& values, const std::vector<Metric>& known, const std::string& goal);

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
