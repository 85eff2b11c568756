#pragma once

#include <string>

#include "src/training/config.h"
#include "src/training/learner.h"

namespace spinlab::training {

/// Keeps the weights of the epoch that a metric of the validation part likes best, and says when to stop. Its
/// state goes into the checkpoint with the run's own.
class Selection {
 public:
  /// Throws c10::ValueError where `metrics` has none of that name.
  Selection(const Validation& validation, const std::vector<Metric>& metrics);

  /// After an epoch.
  void see(Learner& learner, const Metrics& validation);
  /// Whether `patience` epochs have passed without a better value.
  bool enough() const { return patience_ > 0 && waited_ >= patience_; }
  /// Puts the best weights into the learner, where that is asked for; the learner is not to be trained
  /// further then.
  void restore(Learner& learner) const;

  /// {"metric": "validation_loss", "value": …, "epoch": …}
  Json describe() const;

  NamedTensors state() const;
  /// Takes its part out of a checkpoint. Throws c10::ValueError where that is not whole.
  void take_state(NamedTensors& state);

 private:
  std::string metric_;
  bool higher_is_better_, keep_best_;
  int64_t patience_;
  double value_;
  int64_t epoch_ = 0, waited_ = 0;
  NamedTensors best_;
};

}  // namespace spinlab::training
