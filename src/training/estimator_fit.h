#pragma once

#include <memory>

#include "datasets/dataset.h"
#include "models/estimators/estimator.h"
#include "src/training/batches.h"
#include "src/training/config.h"
#include "src/training/metrics.h"
#include "src/training/named_tensors.h"

namespace spinlab::training {

/// The trainer's counterpart for models without gradients: the same configuration, data and metrics. Inputs
/// are normalised and flattened to float64 (n, d).
class EstimatorFit {
 public:
  /// Throws c10::ValueError where the configuration does not suit the data.
  EstimatorFit(const TrainingConfig& config, const datasets::Dataset& set);

  void fit(const datasets::Split& split);
  /// "accuracy" for classes; "rmse" and "r2" for regression.
  Metrics evaluate(const datasets::Split& split) const;

  NamedTensors state() const { return model_->state(); }
  void load_state(const NamedTensors& state) { model_->load_state(state); }

 private:
  at::Tensor features(const datasets::Split& split) const;

  Normalizer normalizer_;
  std::unique_ptr<models::Estimator> model_;
};

}  // namespace spinlab::training
