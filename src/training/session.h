#pragma once

#include <chrono>
#include <string>

#include "src/core/progress.h"
#include "src/training/run_folder.h"
#include "src/training/trainer.h"

namespace spinlab::training {

/// One sitting of a run, from where the trainer stands: epochs with their metrics, checkpoints at the end of
/// an epoch (not more often than every 20 s), a progress bar on standard error, and a stop on Ctrl-C.
class Session {
 public:
  Session(Trainer& trainer, const RunFolder& folder, const datasets::Dataset& set);

  /// Returns whether the run reached its end and was not interrupted; either way the checkpoint says where it
  /// stands.
  bool run();
  /// Of training and its evaluations, in earlier sittings too.
  double seconds() const;

 private:
  using Clock = std::chrono::steady_clock;
  bool between_steps();
  void end_epoch();

  Trainer& trainer_;
  const RunFolder& folder_;
  const datasets::Dataset& set_;
  double seconds_before_;
  Clock::time_point start_ = Clock::now(), saved_ = Clock::now();
  Progress bar_;
  std::string note_;
};

}  // namespace spinlab::training
