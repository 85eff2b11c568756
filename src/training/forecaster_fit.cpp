#include "src/training/forecaster_fit.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>

#include "models/registry.h"
#include "src/training/forecast_metrics.h"
#include "src/training/objectives/objective.h"

namespace spinlab::training {
namespace {

datasets::Motion motion_of(const datasets::Dataset& set, const TrainingConfig& config) {
  TORCH_CHECK_VALUE(set.motion, config.model.at("name").get<std::string>(), " forecasts trajectories; ",
                    set.name, " is for ", usual_objective(set));
  return *set.motion;
}

}  // namespace

ForecasterFit::ForecasterFit(const TrainingConfig& config, const datasets::Dataset& set)
    : train_(set.train),
      motion_(motion_of(set, config)),
      normalizer_(set, at::kDouble, at::kCPU),
      model_(models::make_forecaster(config.model, "model")) {
  TORCH_CHECK_VALUE(model_->memory() <= motion_.heard, "the model hears ", model_->memory(),
                    " states before it predicts, but test trajectories give it ", motion_.heard,
                    "; set data.heard to at least that, or choose a shorter washout or fewer delays");
}

bool ForecasterFit::train_epoch(const std::function<bool()>& between_steps) {
  model_->fit(normalizer_(train_.inputs));
  fitted_ = true;
  if (between_steps) between_steps();
  return true;
}

at::Tensor ForecasterFit::predict(const at::Tensor& raw) {
  const auto heard = normalizer_(raw.slice(1, 0, motion_.heard));
  return normalizer_.inverse(model_->forecast(heard, raw.size(1) - motion_.heard));
}

/// Of windows of the training part, which may be of any length, what lies behind the model's memory counts.
Metrics ForecasterFit::evaluate(const datasets::Split& part) {
  const auto states = normalizer_(part.inputs);
  const auto heard = std::min(motion_.heard, states.size(1) - 1);
  const auto truth = states.slice(1, heard);
  const auto next = model_->next(states.slice(1, 0, -1)).slice(1, -truth.size(1));
  RegressionSums sums;
  sums.add(normalizer_.inverse(next).flatten(0, 1), part.inputs.slice(1, heard).flatten(0, 1));
  auto all = sums.metrics();
  all.merge(forecast_metrics(model_->forecast(states.slice(1, 0, heard), truth.size(1)), truth, motion_));
  return all;
}

std::vector<Metric> ForecasterFit::metrics() const {
  std::vector<Metric> all{{"rmse", "unit of the data"}, {"r2", "", true}};
  for (auto& metric : forecast_metric_list()) all.push_back(std::move(metric));
  return all;
}

NamedTensors ForecasterFit::state() const {
  auto all = model_->state();
  all.insert(normalizer_.statistics().begin(), normalizer_.statistics().end());
  return all;
}

void ForecasterFit::load_state(const NamedTensors& state) {
  auto own = state;
  normalizer_.take_statistics(own);
  model_->load_state(own);
  fitted_ = true;
}

}  // namespace spinlab::training
