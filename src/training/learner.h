#pragma once

#include <functional>
#include <memory>

#include "datasets/dataset.h"
#include "models/registry.h"
#include "src/training/config.h"
#include "src/training/metrics.h"
#include "src/training/named_tensors.h"
#include "src/training/ranks/ranks.h"

namespace spinlab::training {

/// A model with the data that it learns from: a network that is trained step by step, or an estimator that is
/// fitted in one call, as one epoch of one step. A run knows no other difference.
class Learner {
 public:
  virtual ~Learner() = default;

  /// Learns to the end of the current epoch. `between_steps` is asked after each step and may say stop
  /// (false): then returns false, and the next call goes on from there. Throws c10::ValueError where a number
  /// is no longer finite.
  virtual bool train_epoch(const std::function<bool()>& between_steps = {}) = 0;

  /// Epochs done.
  virtual int64_t epoch() const = 0;
  virtual int64_t epochs() const = 0;
  virtual int64_t step() const = 0;
  virtual int64_t steps_per_epoch() const = 0;
  bool finished() const { return epoch() >= epochs(); }
  /// Whether train_epoch() is one call that asks nobody whether to stop.
  virtual bool is_one_call() const { return false; }

  /// What a line of metrics says of the current epoch's training, or of the last one's between epochs:
  /// "running_loss", "learning_rate", "gradient_norm"; nothing for an estimator.
  virtual Metrics progress() const { return {}; }

  /// raw: (n, …) as in the data set. Returns, on the CPU, what a network says, in the units of the data set
  /// (logits of classes), or what an estimator predicts, values or classes (n).
  virtual at::Tensor predict(const at::Tensor& raw) = 0;
  /// Null for an estimator.
  virtual const models::Network* network() const { return nullptr; }

  virtual Metrics evaluate(const datasets::Split& part) = 0;
  /// Of what evaluate() returns.
  virtual std::vector<Metric> metrics() const = 0;

  /// How many threads make a step fastest on this machine, and how many it is to use (0: all). An estimator
  /// uses all.
  virtual int measured_step_threads() { return 0; }
  virtual void set_step_threads(int) {}

  /// The weights that are evaluated, by name, copied; use_weights puts the same back.
  virtual NamedTensors weights() = 0;
  virtual void use_weights(const NamedTensors& weights) = 0;

  /// Everything that the next steps depend on, and what others need to predict; the tensors are the live
  /// ones. load_state throws c10::ValueError where the state is another run's.
  virtual NamedTensors state() const = 0;
  virtual void load_state(const NamedTensors& state) = 0;
};

/// For a complete configuration whose objective is definite. `set` may go afterwards. Throws c10::ValueError
/// where the configuration does not suit the data.
std::unique_ptr<Learner> make_learner(const TrainingConfig& config, const datasets::Dataset& set,
                                      Ranks& ranks);

}  // namespace spinlab::training
