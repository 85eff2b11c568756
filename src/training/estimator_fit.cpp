#include "src/training/estimator_fit.h"

#include <ATen/ATen.h>

#include "src/training/problem.h"

namespace spinlab::training {
namespace {

at::Tensor targets(const datasets::Split& split) {
  return split.classified() ? split.targets : split.targets.to(at::kDouble);
}

}  // namespace

EstimatorFit::EstimatorFit(const TrainingConfig& config, const datasets::Dataset& set)
    : normalizer_(set, at::kCPU), model_(models::make_estimator(config.model, problem_of(set), "model")) {}

void EstimatorFit::fit(const datasets::Split& split) { model_->fit(features(split), targets(split)); }

Metrics EstimatorFit::evaluate(const datasets::Split& split) const {
  const auto predicted = model_->predict(features(split));
  if (!split.classified()) return regression_metrics(predicted, targets(split));
  return {{"accuracy", predicted.eq(split.targets).to(at::kDouble).mean().item<double>()}};
}

at::Tensor EstimatorFit::features(const datasets::Split& split) const {
  return normalizer_(split.inputs).flatten(1).to(at::kDouble);
}

}  // namespace spinlab::training
