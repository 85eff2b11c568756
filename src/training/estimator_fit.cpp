#include "src/training/estimator_fit.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include "datasets/known_classes.h"
#include "src/training/objectives/objective.h"

namespace spinlab::training {
namespace {

constexpr int64_t kEvaluationRows = 10'000;

at::Tensor targets(const datasets::Split& part) {
  return part.classified() ? part.targets : part.targets.to(at::kDouble);
}

at::Tensor columns(const at::Tensor& values) { return values.reshape({values.size(0), -1}); }

/// A model says itself whether it has an intercept, or leaves it to the data set (null); without one nothing
/// may be subtracted from the inputs either.
bool has_intercept(const TrainingConfig& config, const datasets::Dataset& set) {
  const auto own = config.model.find("intercept");
  if (own == config.model.end() || own->is_null()) return set.intercept;
  return Config(config.model, "model").get<bool>("intercept");
}

datasets::Dataset with_intercept(datasets::Dataset set, bool intercept) {
  set.intercept = intercept;
  return set;
}

models::Problem problem(const TrainingConfig& config, const datasets::Dataset& set,
                        const Normalizer& normalizer) {
  const auto name = usual_objective(set);
  TORCH_CHECK_VALUE(name == "classification" || name == "regression",
                    config.model.at("name").get<std::string>(), " is fitted to classes or values; ", set.name,
                    " is for ", name);
  return make_objective({{"name", name}}, {set, normalizer}, "objective")->problem();
}

}  // namespace

EstimatorFit::EstimatorFit(const TrainingConfig& config, const datasets::Dataset& set)
    : EstimatorFit(with_intercept(set, has_intercept(config, set)), config) {}

EstimatorFit::EstimatorFit(const datasets::Dataset& set, const TrainingConfig& config)
    : train_(set.train),
      posterior_(set.posterior),
      normalizer_(set, at::kDouble, at::kCPU),
      model_(models::make_estimator(config.model, problem(config, set, normalizer_), "model")) {}

bool EstimatorFit::train_epoch(const std::function<bool()>& between_steps) {
  model_->fit(features(train_.inputs), targets(train_));
  fitted_ = true;
  if (between_steps) between_steps();
  return true;
}

Metrics EstimatorFit::evaluate(const datasets::Split& part) {
  const auto y = targets(part);
  RegressionSums sums;
  int64_t right = 0, best = 0;
  for (int64_t first = 0; first < part.size(); first += kEvaluationRows) {
    const auto count = std::min(kEvaluationRows, part.size() - first);
    const datasets::Split rows{part.inputs.narrow(0, first, count), y.narrow(0, first, count), {}};
    const auto predicted = predict(rows.inputs);
    if (part.classified()) {
      right += predicted.eq(rows.targets).sum().item<int64_t>();
      if (posterior_) best += datasets::bayes_right(posterior_, rows.inputs, rows.targets);
    } else {
      sums.add(columns(predicted), columns(rows.targets));
    }
  }
  if (!part.classified()) return sums.metrics();
  const auto share = [&](int64_t count) {
    return static_cast<double>(count) / static_cast<double>(part.size());
  };
  Metrics all{{"accuracy", share(right)}};
  if (posterior_) all["bayes_accuracy"] = share(best);
  return all;
}

std::vector<Metric> EstimatorFit::metrics() const {
  if (posterior_) return {{"accuracy", "share", true}, {"bayes_accuracy", "share"}};
  if (train_.classified()) return {{"accuracy", "share", true}};
  return {{"rmse", "unit of the target"}, {"r2", "", true}};
}

NamedTensors EstimatorFit::state() const {
  auto all = model_->state();
  all.insert(normalizer_.statistics().begin(), normalizer_.statistics().end());
  return all;
}

void EstimatorFit::load_state(const NamedTensors& state) {
  auto own = state;
  normalizer_.take_statistics(own);
  model_->load_state(own);
  fitted_ = true;
}

at::Tensor EstimatorFit::features(const at::Tensor& raw) const {
  return normalizer_(raw).flatten(1).to(at::kDouble);
}

}  // namespace spinlab::training
