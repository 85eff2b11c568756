#pragma once

#include <ATen/core/Tensor.h>

#include "datasets/dataset.h"
#include "src/training/metrics.h"

namespace spinlab::training {

/// An error is large from this on, in units of the attractor's own deviation: the threshold of Vlachas et
/// al., Neural Networks 126 (2020), is 0.5, that of Pathak et al. (2018) 0.4.
inline constexpr double kLargeError = 0.4;

/// How long each forecast is right: the Lyapunov times until √mean_d (û - u)² exceeds kLargeError for the
/// first time. forecast, truth: float64 (n, steps, d), each number in units of its deviation; the first of
/// them is a step behind what was heard. Returns float64 (n); one that is right to its end counts with the
/// whole, one that is no longer finite is wrong.
at::Tensor valid_times(const at::Tensor& forecast, const at::Tensor& truth, const datasets::Motion& motion);

/// "valid_time", "valid_time_deviation" (between starts) and "right_to_the_end", the share of those that are.
Metrics forecast_metrics(const at::Tensor& forecast, const at::Tensor& truth, const datasets::Motion& motion);
std::vector<Metric> forecast_metric_list();

}  // namespace spinlab::training
