#include "src/training/metrics.h"

#include <ATen/ATen.h>

#include <cmath>

namespace spinlab::training {

Metrics classification_metrics(const at::Tensor& logits, const at::Tensor& targets) {
  const auto loss = at::cross_entropy_loss(logits.to(at::kDouble), targets);
  const auto right = logits.argmax(1).eq(targets).sum().item<int64_t>();
  return {{"loss", loss.item<double>()},
          {"accuracy", static_cast<double>(right) / static_cast<double>(targets.size(0))}};
}

Metrics regression_metrics(const at::Tensor& values, const at::Tensor& targets) {
  const auto y = targets.to(at::kDouble), error = y - values.to(at::kDouble);
  const auto squared = error.square().sum().item<double>();
  const auto spread = (y - y.mean(0)).square().sum().item<double>();
  return {{"rmse", std::sqrt(squared / static_cast<double>(y.numel()))}, {"r2", 1 - squared / spread}};
}

Metrics prefixed(const std::string& prefix, const Metrics& metrics) {
  Metrics all;
  for (const auto& [name, value] : metrics) all[prefix + name] = value;
  return all;
}

}  // namespace spinlab::training
