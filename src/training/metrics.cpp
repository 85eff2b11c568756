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
  const auto y = targets.to(at::kDouble), mean = y.mean(0), spread = (y - mean).square().sum(0);
  squared_error_ += (y - values.to(at::kDouble)).square().sum().item<double>();
  const auto before = static_cast<double>(rows_), n = static_cast<double>(y.size(0));
  rows_ += y.size(0);
  if (before == 0) {
    mean_ = mean;
    spread_ = spread;
    return;
  }
  const auto step = mean - mean_;
  mean_ = mean_ + step * (n / (before + n));
  spread_ = spread_ + spread + step.square() * (before * n / (before + n));
}

Metrics RegressionSums::metrics() const {
  const auto numbers = static_cast<double>(rows_ * mean_.numel());
  const auto spread = spread_.sum().item<double>();
  constexpr auto kInfinity = std::numeric_limits<double>::infinity();
  const auto unexplained = spread > 0 ? squared_error_ / spread : squared_error_ > 0 ? kInfinity : 0.0;
  return {{"rmse", std::sqrt(squared_error_ / numbers)}, {"r2", 1 - unexplained}};
}

}  // namespace spinlab::training
