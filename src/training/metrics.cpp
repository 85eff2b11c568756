#include "src/training/metrics.h"

#include <ATen/ATen.h>

#include <cmath>
#include <cstdio>
#include <limits>

namespace spinlab::training {

const Metric* metric_of(const std::string& name, const std::vector<Metric>& known) {
  const Metric* longest = nullptr;
  for (const auto& metric : known) {
    const bool fits = name.ends_with('_' + metric.name);
    if (fits && (longest == nullptr || metric.name.size() > longest->name.size())) longest = &metric;
  }
  return longest;
}

std::string text_of(double value, const Metric& metric) {
  const bool share = metric.unit == "share";
  char text[32];
  std::snprintf(text, sizeof text, share ? "%.2f %%" : "%.5g", share ? 100 * value : value);
  return share || metric.unit.empty() ? text : text + (' ' + metric.unit);
}

std::string text_of(const std::string& name, double value, const std::vector<Metric>& known) {
  const auto* metric = metric_of(name, known);
  return text_of(value, metric == nullptr ? Metric{} : *metric);
}

std::string headline_of(const Metrics& values, const std::vector<Metric>& known, const std::string& goal) {
  if (values.contains(goal)) return goal;
  for (const std::string part : {"validation_", "test_"}) {
    std::string first, last_score;
    for (const auto& metric : known) {
      const auto name = part + metric.name;
      if (!values.contains(name)) continue;
      if (first.empty()) first = name;
      if (metric.higher_is_better) last_score = name;
    }
    if (!first.empty()) return last_score.empty() ? first : last_score;
  }
  return "";
}

Metrics prefixed(const std::string& prefix, const Metrics& metrics) {
  Metrics all;
  for (const auto& [name, value] : metrics) all[prefix + name] = value;
  return all;
}

void RegressionSums::add(const at::Tensor& values, const at::Tensor& targets) {
  const auto y = targets.to(at::kDouble), mean = y.mean(0);
  merge(static_cast<double>(y.size(0)), (y - values.to(at::kDouble)).square().sum().item<double>(), mean,
        (y - mean).square().sum(0));
}

void RegressionSums::merge(double rows, double squared_error, const at::Tensor& mean,
                           const at::Tensor& spread) {
  squared_error_ += squared_error;
  const auto before = rows_;
  rows_ += rows;
  if (before == 0) {
    mean_ = mean;
    spread_ = spread;
    return;
  }
  const auto step = mean - mean_;
  mean_ = mean_ + step * (rows / rows_);
  spread_ = spread_ + spread + step.square() * (before * rows / rows_);
}

std::vector<double> RegressionSums::numbers() const {
  std::vector<double> all{rows_, squared_error_};
  if (rows_ == 0) return all;
  const auto columns = at::cat({mean_.flatten(), spread_.flatten()}).contiguous();
  all.insert(all.end(), columns.const_data_ptr<double>(), columns.const_data_ptr<double>() + columns.numel());
  return all;
}

void RegressionSums::merge(const std::vector<double>& numbers) {
  if (numbers.at(0) == 0) return;
  const auto columns =
      at::tensor(std::vector<double>(numbers.begin() + 2, numbers.end()), at::kDouble).chunk(2);
  merge(numbers[0], numbers.at(1), columns[0], columns[1]);
}

Metrics RegressionSums::metrics() const {
  const auto numbers = rows_ * static_cast<double>(mean_.numel());
  const auto spread = spread_.sum().item<double>();
  constexpr auto kInfinity = std::numeric_limits<double>::infinity();
  const auto unexplained = spread > 0 ? squared_error_ / spread : squared_error_ > 0 ? kInfinity : 0.0;
  return {{"rmse", std::sqrt(squared_error_ / numbers)}, {"r2", 1 - unexplained}};
}

}  // namespace spinlab::training
