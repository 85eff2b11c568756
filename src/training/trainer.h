#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "models/registry.h"
#include "src/training/averaged_weights.h"
#include "src/training/batches/batches.h"
#include "src/training/batches/normalizer.h"
#include "src/training/learner.h"
#include "src/training/objectives/objective.h"
#include "src/training/optimizers/step_questions.h"
#include "src/training/passes/batch_gradient.h"
#include "src/training/precision.h"
#include "src/training/ranks/ranks.h"
#include "src/training/schedules/schedule.h"

namespace spinlab::training {

/// The one training loop; what a step computes is the objective's. Made from the same configuration and data
/// set it takes the same steps, bit for bit on one device and thread count, in one go or saved and restored
/// anywhere between two steps. Several ranks share each batch and each evaluation: the same numbers to
/// rounding where nothing is drawn in the network, and the same bits by the same number of ranks. Batch
/// normalisation sees a rank's share; its running statistics are rank 0's.
///
///     Trainer trainer(config, set, at::kCPU);
///     while (trainer.train_epoch()) print(trainer.evaluate(set.test));
class Trainer : public Learner {
 public:
  /// `set` may go afterwards; its training part is held on the device. Throws c10::ValueError where the
  /// configuration does not suit the data.
  Trainer(TrainingConfig config, const datasets::Dataset& set, at::Device device,
          Ranks& ranks = no_other_ranks());

  bool train_epoch(const std::function<bool()>& between_steps = {}) override;
  int64_t epoch() const override { return epoch_; }
  int64_t epochs() const override { return config_.epochs; }
  int64_t step() const override { return epoch_ * batches_->per_epoch() + batch_; }
  int64_t steps_per_epoch() const override { return batches_->per_epoch(); }

  /// Of the next step.
  double learning_rate() const;
  /// The mean over the current epoch's examples so far of what was minimised, dropout, smoothing and all;
  /// between epochs, over the last one's. In the unit of the objective's loss.
  double running_loss() const;
  Metrics progress() const override;

  at::Tensor predict(const at::Tensor& raw) override;
  const models::Network* network() const override { return &network_; }
  Metrics evaluate(const datasets::Split& part) override;
  std::vector<Metric> metrics() const override { return objective_->metrics(); }

  /// How many threads make a step fastest here, found by trying; changes nothing.
  int measured_step_threads() override;
  void set_step_threads(int threads) override { config_.step_threads = threads; }

  NamedTensors weights() override;
  void use_weights(const NamedTensors& weights) override;
  NamedTensors state() const override;
  void load_state(const NamedTensors& state) override;

  const TrainingConfig& config() const { return config_; }
  const Objective& objective() const { return *objective_; }

 private:
  void take_step(const Batch& batch);
  at::Tensor gradient_of(const Batch& batch);
  void share_noise();
  void share_buffers();
  void require_outputs(const datasets::Split& part);
  void require_finite(const at::Tensor& loss, const Batch& batch) const;
  std::unique_ptr<Batches> batches_of(const datasets::Dataset& set) const;
  /// In evaluation mode, with the averaged weights, without a graph.
  void while_evaluating(const std::function<void()>& body);
  void for_each_batch_read_on(const datasets::Split& part, const std::function<void(const Batch&)>& use);
  /// Batches first, first + every, …
  void for_each_batch(const datasets::Split& part, int64_t first, int64_t every,
                      const std::function<void(const Batch&)>& use);
  at::Tensor to_network(const at::Tensor& raw);
  at::Tensor loss_targets(const datasets::Split& part) const;
  at::Generator generator() const;
  /// "model.…": the network's parameters and buffers.
  NamedTensors module_tensors() const;
  /// What state() holds, but for the place, the generator and the statistics.
  NamedTensors tensors() const;
  /// Averages and slow weights begin anew from the network's weights.
  void begin_averages();

  TrainingConfig config_;
  at::Device device_;
  Ranks& ranks_;
  Precision precision_;
  Normalizer normalizer_;
  std::unique_ptr<Objective> objective_;
  models::Network network_;
  std::unique_ptr<Optimizer> optimizer_;
  /// Those that are trained.
  std::vector<at::Tensor> parameters_;
  BatchGradient gradient_;
  StepQuestions questions_;
  /// network_ with the forward that evaluations use.
  models::Network evaluated_;
  std::optional<AveragedWeights> average_;
  std::unique_ptr<Batches> batches_;
  std::optional<Lookahead> lookahead_;
  double peak_rate_;
  Schedule schedule_;
  int64_t epoch_ = 0, batch_ = 0;
  /// Sum of loss over examples and their number, in the epoch that running_loss() speaks of.
  at::Tensor loss_sum_;
  int64_t examples_ = 0;
  /// Of the epoch's last step.
  at::Tensor gradient_norm_;
  /// Memory for the inputs of an evaluation.
  at::Tensor evaluation_inputs_;
};

}  // namespace spinlab::training
