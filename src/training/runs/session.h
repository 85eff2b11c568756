#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "src/core/progress.h"
#include "src/training/learner.h"
#include "src/training/ranks/ranks.h"
#include "src/training/runs/run_folder.h"
#include "src/training/runs/selection.h"

namespace spinlab::training {

/// One sitting of a run, from where the learner stands: epochs with their metrics, checkpoints, a progress
/// bar on standard error, and a stop on Ctrl-C.
class Session {
 public:
  /// `selection`: null where no validation part chooses. `validation`: that part.
  /// Of several ranks the first alone writes.
  Session(const TrainingConfig& config, Learner& learner, Selection* selection, RunFolder& folder,
          const datasets::Dataset& set, Ranks& ranks = no_other_ranks());

  /// Returns whether the run reached its end and was not interrupted; either way the checkpoint says where it
  /// stands.
  bool run();
  /// Of training and its evaluations, in earlier sittings too.
  double seconds() const;
  /// Whether the validation part ended it before its last epoch.
  bool stopped_early() const { return selection_ != nullptr && selection_->enough() && !learner_.finished(); }

 private:
  using Clock = std::chrono::steady_clock;
  bool finished() const { return learner_.finished() || stopped_early(); }
  bool between_steps();
  bool asked_to_stop() const;
  void end_epoch();
  void save();
  std::string note() const;
  std::string last_note() const;

  const TrainingConfig& config_;
  Learner& learner_;
  Selection* selection_;
  RunFolder& folder_;
  const datasets::Dataset& set_;
  Ranks& ranks_;
  double seconds_before_;
  int64_t first_step_;
  Clock::time_point start_ = Clock::now(), saved_ = Clock::now();
  Clock::duration saving_{};
  Progress bar_;
  std::string last_epoch_;
};

}  // namespace spinlab::training
