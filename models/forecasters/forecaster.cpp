#include "models/forecasters/forecaster.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

namespace spinlab::models {
namespace {

/// Trajectory and time of the first state that is not finite.
void require_finite(const at::Tensor& states, const char* what, const char* remedy) {
  const auto lost = states.isfinite().all(2).logical_not();
  if (!lost.any().item<bool>()) return;
  const auto first = lost.nonzero()[0];
  TORCH_CHECK_VALUE(false, what, first[0].item<int64_t>(), " is not finite at state ",
                    first[1].item<int64_t>(), " (both counted from 0); ", remedy);
}

void require_trajectories(const at::Tensor& trajectories, int64_t shortest) {
  TORCH_CHECK_VALUE(
      trajectories.defined() && trajectories.dim() == 3 && trajectories.scalar_type() == at::kDouble,
      "trajectories must be (n, T, d) in float64, got ",
      trajectories.defined() ? c10::str(trajectories.scalar_type(), ' ', trajectories.sizes()) : "nothing");
  TORCH_CHECK_VALUE(trajectories.size(0) > 0 && trajectories.size(2) > 0, "trajectories are empty (",
                    trajectories.sizes(), "): there is nothing to hear");
  TORCH_CHECK_VALUE(trajectories.size(1) >= shortest, "trajectories of ", trajectories.size(1),
                    " states are too short: the model needs ", shortest,
                    "; give longer ones, or choose a shorter washout or fewer delays");
  require_finite(trajectories, "trajectory ", "mend or cut it");
}

}  // namespace

void Forecaster::fit(const at::Tensor& trajectories) {
  require_trajectories(trajectories, memory() + 1);
  learn(trajectories);
}

void Forecaster::require_heard(const at::Tensor& heard) const {
  TORCH_CHECK(features() > 0, "fit comes before a forecast");
  require_trajectories(heard, memory());
  TORCH_CHECK_VALUE(heard.size(2) == features(), "trajectories of ", heard.size(2),
                    " numbers a state, but the model was fitted to ", features());
}

at::Tensor Forecaster::next(const at::Tensor& heard) const {
  require_heard(heard);
  return one_step(heard);
}

at::Tensor Forecaster::forecast(const at::Tensor& heard, int64_t steps) const {
  require_heard(heard);
  TORCH_CHECK_VALUE(steps >= 0, "steps: expected at least 0, got ", steps);
  return go_on(heard, steps);
}

void require_bounded(const at::Tensor& forecast) {
  require_finite(forecast, "the forecast of trajectory ",
                 "train on a longer trajectory, raise the penalty, or forecast fewer steps");
}

}  // namespace spinlab::models
