#include "src/training/metrics.h"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>

namespace spinlab::training {

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
