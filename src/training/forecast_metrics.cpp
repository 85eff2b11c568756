#include "src/training/forecast_metrics.h"

#include <ATen/ATen.h>

namespace spinlab::training {
namespace {

/// Steps of each forecast before the first large error.
at::Tensor right_steps(const at::Tensor& forecast, const at::Tensor& truth) {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "valid times of ", truth.sizes(), ": left out, 10-reservoir asks for it");
  const auto error = (forecast - truth).square().mean(2).sqrt();
  return error.le(kLargeError).to(at::kLong).cumprod(1).sum(1);  // NaN is not below it
  // END SOLUTION
}

}  // namespace

at::Tensor valid_times(const at::Tensor& forecast, const at::Tensor& truth, const datasets::Motion& motion) {
  return right_steps(forecast, truth).to(at::kDouble) * (motion.time_step * motion.exponent);
}

Metrics forecast_metrics(const at::Tensor& forecast, const at::Tensor& truth,
                         const datasets::Motion& motion) {
  const auto times = valid_times(forecast, truth, motion);
  const auto to_the_end = right_steps(forecast, truth).eq(truth.size(1)).to(at::kDouble);
  return {{"valid_time", times.mean().item<double>()},
          {"valid_time_deviation", times.std(/*unbiased=*/false).item<double>()},
          {"right_to_the_end", to_the_end.mean().item<double>()}};
}

std::vector<Metric> forecast_metric_list() {
  return {{"right_to_the_end", "share", true},
          {"valid_time_deviation", "Lyapunov times"},
          {"valid_time", "Lyapunov times", true}};
}

}  // namespace spinlab::training
