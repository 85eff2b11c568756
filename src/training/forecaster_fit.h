#pragma once

#include "models/forecasters/forecaster.h"
#include "src/training/batches/normalizer.h"
#include "src/training/learner.h"

namespace spinlab::training {

/// A forecaster on trajectories, each number in units of its deviation. It is judged by its next state on the
/// test trajectories behind what is heard, and by how long it goes on alone.
class ForecasterFit : public Learner {
 public:
  ForecasterFit(const TrainingConfig& config, const datasets::Dataset& set);

  bool train_epoch(const std::function<bool()>& between_steps = {}) override;
  int64_t epoch() const override { return fitted_ ? 1 : 0; }
  int64_t epochs() const override { return 1; }
  int64_t step() const override { return epoch(); }
  int64_t steps_per_epoch() const override { return 1; }
  bool is_one_call() const override { return true; }

  /// raw: (n, T, d). Returns the forecast (n, T - heard, d) from the states that are heard.
  at::Tensor predict(const at::Tensor& raw) override;
  Metrics evaluate(const datasets::Split& part) override;
  std::vector<Metric> metrics() const override;

  NamedTensors weights() override { return model_->state(); }
  void use_weights(const NamedTensors& weights) override { model_->load_state(weights); }
  NamedTensors state() const override;
  void load_state(const NamedTensors& state) override;

 private:
  datasets::Split train_;
  datasets::Motion motion_;
  Normalizer normalizer_;
  std::unique_ptr<models::Forecaster> model_;
  bool fitted_ = false;
};

}  // namespace spinlab::training
