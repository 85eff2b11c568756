#pragma once

#include "models/estimators/estimator.h"
#include "src/training/batches/normalizer.h"
#include "src/training/learner.h"

namespace spinlab::training {

/// A model without gradients: the same configuration, data and metrics as a network. Inputs are normalised
/// and flattened to float64 (n, d).
class EstimatorFit : public Learner {
 public:
  EstimatorFit(const TrainingConfig& config, const datasets::Dataset& set);

  bool train_epoch(const std::function<bool()>& between_steps = {}) override;
  int64_t epoch() const override { return fitted_ ? 1 : 0; }
  int64_t epochs() const override { return 1; }
  int64_t step() const override { return epoch(); }
  int64_t steps_per_epoch() const override { return 1; }

  at::Tensor predict(const at::Tensor& raw) override { return model_->predict(features(raw)); }
  /// "accuracy" for classes, and where the data set knows its posterior "bayes_accuracy"; "rmse" and "r2" for
  /// regression.
  Metrics evaluate(const datasets::Split& part) override;
  std::vector<Metric> metrics() const override;

  bool is_one_call() const override { return true; }

  NamedTensors weights() override { return model_->state(); }
  void use_weights(const NamedTensors& weights) override { model_->load_state(weights); }
  NamedTensors state() const override;
  void load_state(const NamedTensors& state) override;

 private:
  /// Whether there is an intercept is settled in `set`.
  EstimatorFit(const datasets::Dataset& set, const TrainingConfig& config);
  at::Tensor features(const at::Tensor& raw) const;

  datasets::Split train_;
  datasets::Posterior posterior_;
  Normalizer normalizer_;
  std::unique_ptr<models::Estimator> model_;
  bool fitted_ = false;
};

}  // namespace spinlab::training
