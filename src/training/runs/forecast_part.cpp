#include "src/training/runs/forecast_part.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include "src/core/numbers_of.h"
#include "src/training/forecast_metrics.h"

namespace spinlab::training {
namespace {

constexpr int64_t kMostStates = 1000;

/// (T, d) as [d][T].
Json by_number(const at::Tensor& states) {
  auto all = Json::array();
  for (int64_t i = 0; i < states.size(1); ++i) all.push_back(numbers_of(states.select(1, i).contiguous()));
  return all;
}

Json quantiles(const at::Tensor& error) {
  const auto at = at::quantile(error, at::tensor({0.25, 0.5, 0.75}, at::kDouble), 0);
  return {{"low", numbers_of(at[0])}, {"median", numbers_of(at[1])}, {"high", numbers_of(at[2])}};
}

}  // namespace

Json forecast_part(Learner& learner, const datasets::Dataset& set, const datasets::Split& part) {
  TORCH_CHECK_VALUE(set.motion, set.name, " has no trajectories to forecast");
  const auto& motion = *set.motion;
  const auto forecast = learner.predict(part.inputs), truth = part.inputs.slice(1, motion.heard);
  const auto states = truth.size(1), every = (states + kMostStates - 1) / kMostStates;
  const auto few = [&](const at::Tensor& all, int64_t dim) {
    return all.slice(dim, 0, std::nullopt, every).contiguous();
  };
  const auto time = at::arange(1, states + 1, at::kDouble) * (motion.time_step * motion.exponent);
  const auto deviation = set.deviation.to(at::kDouble);
  const auto error = ((forecast - truth) / deviation).square().mean(2).sqrt();
  return {{"time", numbers_of(few(time, 0))},
          {"truth", by_number(few(truth[0], 0))},
          {"forecast", by_number(few(forecast[0], 0))},
          {"error", quantiles(few(error, 1))},
          {"valid_times", numbers_of(valid_times(forecast / deviation, truth / deviation, motion))},
          {"threshold", kLargeError}};
}

}  // namespace spinlab::training
