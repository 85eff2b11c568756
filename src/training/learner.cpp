#include "src/training/learner.h"

#include "models/registry.h"
#include "src/training/device.h"
#include "src/training/estimator_fit.h"
#include "src/training/forecaster_fit.h"
#include "src/training/trainer.h"

namespace spinlab::training {

std::unique_ptr<Learner> make_learner(const TrainingConfig& config, const datasets::Dataset& set,
                                      Ranks& ranks) {
  const auto name = config.model.at("name").get<std::string>();
  const auto& entry = models::find_model(name);
  if (entry.network) return std::make_unique<Trainer>(config, set, choose_device(config.device), ranks);
  TORCH_CHECK_VALUE(ranks.is_alone(), "model: ", name,
                    " is fitted in one go by one process; train it without mpirun");
  if (entry.forecaster) return std::make_unique<ForecasterFit>(config, set);
  return std::make_unique<EstimatorFit>(config, set);
}

}  // namespace spinlab::training
