#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "datasets/dataset.h"
#include "models/registry.h"
#include "src/training/averaged_weights.h"
#include "src/training/batches.h"
#include "src/training/config.h"
#include "src/training/metrics.h"
#include "src/training/optimizer.h"
#include "src/training/schedule.h"

namespace spinlab::training {

/// The one training loop: classification by cross-entropy, regression by the squared error of standardised
/// targets. Made from the same configuration and data set it takes the same steps, bit for bit on one device
/// and thread count, in one go or saved and restored anywhere between two steps.
///
///     Trainer trainer(config, set, at::kCPU);
///     while (trainer.train_epoch()) print(trainer.evaluate(set.test));
class Trainer {
 public:
  /// `set` may go afterwards; its training part is held on the device. Throws c10::ValueError where the
  /// configuration does not suit the data.
  Trainer(TrainingConfig config, const datasets::Dataset& set, at::Device device);

  /// Trains to the end of the current epoch. `between_steps` is asked after each step and may say stop
  /// (false): then returns false, and the next call goes on from there.
  bool train_epoch(const std::function<bool()>& between_steps = {});

  /// Epochs done; equal to config().epochs at the end.
  int64_t epoch() const { return epoch_; }
  bool finished() const { return epoch_ >= config_.epochs; }
  int64_t step() const { return epoch_ * batches_.per_epoch() + batch_; }
  int64_t steps_per_epoch() const { return batches_.per_epoch(); }
  /// Of the next step.
  double learning_rate() const;
  /// The mean over the current epoch's examples so far; between epochs, over the last one's.
  double train_loss() const;

  /// raw: (n, …) as in the data set. Returns (n, classes) logits, or (n, k) values in the targets' own units.
  at::Tensor predict(const at::Tensor& raw);
  /// Names as in Metrics.
  Metrics evaluate(const datasets::Split& split);

  /// Everything that the next steps depend on; the tensors are the live ones. load_state throws
  /// c10::ValueError where the state is another run's.
  NamedTensors state() const;
  void load_state(const NamedTensors& state);

  const TrainingConfig& config() const { return config_; }
  const torch::nn::Module& module() const { return *network_.module; }

 private:
  void take_step(const Batch& batch);
  at::Tensor loss(const at::Tensor& output, const at::Tensor& targets) const;
  at::Tensor forward_raw(const at::Tensor& raw);
  at::Generator generator() const;
  /// What state() holds, but for the place and the generator, and not copied.
  NamedTensors tensors() const;

  TrainingConfig config_;
  at::Device device_;
  models::Problem problem_;
  models::Network network_;
  std::unique_ptr<Optimizer> optimizer_;
  std::optional<AveragedWeights> average_;
  Normalizer normalizer_;
  at::Tensor target_mean_, target_deviation_;
  Batches batches_;
  double peak_rate_;
  Schedule schedule_;
  int64_t epoch_ = 0, batch_ = 0;
  /// Sum of loss over examples and their number, in the epoch that train_loss() speaks of.
  at::Tensor loss_sum_;
  int64_t examples_ = 0;
};

}  // namespace spinlab::training
