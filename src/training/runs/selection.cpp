#include "src/training/runs/selection.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <limits>

namespace spinlab::training {
namespace {

const std::string kState = "selection.state", kBest = "best.";

const Metric& find(const std::vector<Metric>& metrics, const std::string& name) {
  std::vector<std::string> names;
  for (const auto& metric : metrics) names.push_back(metric.name);
  const auto found = std::find(names.begin(), names.end(), name);
  TORCH_CHECK_VALUE(found != names.end(), "validation: there is no metric \"", name, "\"",
                    did_you_mean(name, names));
  return metrics[found - names.begin()];
}

}  // namespace

Selection::Selection(const Validation& validation, const std::vector<Metric>& metrics)
    : metric_(validation.metric),
      higher_is_better_(find(metrics, metric_).higher_is_better),
      keep_best_(validation.best),
      patience_(validation.patience),
      value_(higher_is_better_ ? -std::numeric_limits<double>::infinity()
                               : std::numeric_limits<double>::infinity()) {}

void Selection::see(Learner& learner, const Metrics& validation) {
  const auto value = validation.at(metric_);
  if (higher_is_better_ ? value > value_ : value < value_) {
    value_ = value;
    epoch_ = learner.epoch();
    waited_ = 0;
    if (keep_best_) best_ = learner.weights();
  } else {
    ++waited_;
  }
}

void Selection::restore(Learner& learner) const {
  if (!best_.empty()) learner.use_weights(best_);
}

Json Selection::describe() const {
  return {{"metric", "validation_" + metric_},
          {"value", value_},
          {"epoch", keep_best_ ? Json(epoch_) : Json(nullptr)}};
}

NamedTensors Selection::state() const {
  NamedTensors all;
  all[kState] = at::tensor({value_, static_cast<double>(epoch_), static_cast<double>(waited_)}, at::kDouble);
  for (const auto& [name, tensor] : best_) all[kBest + name] = tensor;
  return all;
}

void Selection::take_state(NamedTensors& state) {
  const auto found = state.find(kState);
  TORCH_CHECK_VALUE(
      found != state.end() && found->second.scalar_type() == at::kDouble && found->second.numel() == 3,
      "the checkpoint does not say which epoch was the best");
  const auto* values = found->second.const_data_ptr<double>();
  value_ = values[0];
  epoch_ = static_cast<int64_t>(values[1]);
  waited_ = static_cast<int64_t>(values[2]);
  state.erase(found);
  best_.clear();
  for (auto item = state.lower_bound(kBest); item != state.end() && item->first.starts_with(kBest);) {
    best_[item->first.substr(kBest.size())] = item->second;
    item = state.erase(item);
  }
}

}  // namespace spinlab::training
