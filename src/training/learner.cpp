#include "src/training/learner.h"

#include "models/registry.h"
#include "src/training/device.h"
#include "src/training/estimator_fit.h"
#include "src/training/trainer.h"

namespace spinlab::training {

std::unique_ptr<Learner> make_learner(const TrainingConfig& config, const datasets::Dataset& set) {
  if (models::find_model(config.model.at("name")).estimator) return std::make_unique<EstimatorFit>(config, set);
  return std::make_unique<Trainer>(config, set, choose_device(config.device));
}

}  // namespace spinlab::training
