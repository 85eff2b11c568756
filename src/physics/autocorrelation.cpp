#include "src/physics/autocorrelation.h"

#include <torch/types.h>

#include <algorithm>
#include <cmath>

namespace spinlab::physics {

double integrated_autocorrelation_time(const at::Tensor& series) {
  TORCH_CHECK_VALUE(series.dim() == 1 && series.size(0) >= 2,
                    "an autocorrelation time needs one series of two values or more, got the shape ",
                    series.sizes());
  constexpr double kWindow = 6;
  const auto x = series.to(torch::kFloat64) - series.to(torch::kFloat64).mean();
  const auto count = x.size(0);
  const double variance = x.dot(x).item<double>() / static_cast<double>(count);
  double time = 0.5;
  for (int64_t lag = 1; variance > 0 && lag < count && static_cast<double>(lag) < kWindow * time + 1; ++lag) {
    const double covariance =
        x.slice(0, lag).dot(x.slice(0, 0, count - lag)).item<double>() / static_cast<double>(count);
    time += covariance / variance;
  }
  return std::max(time, 0.5);
}

double standard_error(const at::Tensor& series) {
  const double variance = series.to(torch::kFloat64).var().item<double>();
  return std::sqrt(2 * integrated_autocorrelation_time(series) * variance /
                   static_cast<double>(series.size(0)));
}

}  // namespace spinlab::physics
