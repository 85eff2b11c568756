#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <vector>

#include "models/registry.h"
#include "src/training/batches/batches.h"
#include "src/training/objectives/objective.h"
#include "src/training/passes/plain_pass.h"
#include "src/training/passes/row_shares.h"
#include "src/training/precision.h"
#include "src/training/ranks/gradient_sum.h"

namespace spinlab::training {

struct GradientOptions {
  /// A batch is taken in so many parts, for which less memory is enough.
  int64_t accumulate = 1;
  bool channels_last = false;
  /// Targets are mixtures of classes (Augmentation::mixup), not their numbers.
  bool mixed_targets = false;
};

/// The gradients of a batch's mean loss by the trained parameters: without a graph where the network is a
/// plain sequence of layers (plain_pass.h), the same to rounding; of several ranks each does its share of the
/// rows.
class BatchGradient {
 public:
  /// All of them outlive this object.
  BatchGradient(const models::Network& network, const Objective& objective, const Precision& precision,
                Ranks& ranks, GradientOptions options);

  /// Writes the gradients (adds to those that are there where a graph is recorded), the same on every rank,
  /// and returns the loss: a scalar, good until the next call.
  at::Tensor operator()(const Batch& batch);

  bool has_graph() const { return !plain_; }
  /// The network with the forward that costs least where no gradient is wanted.
  models::Network for_evaluation() const;

 private:
  at::Tensor of_share(const Batch& batch, double weight);
  at::Tensor by_plain_pass(const Batch& batch, double weight);
  at::Tensor by_graph(const Batch& batch, double weight);

  const models::Network& network_;
  const Objective& objective_;
  const Precision& precision_;
  Ranks& ranks_;
  GradientOptions options_;
  std::vector<at::Tensor> parameters_;
  RowShares shares_;
  std::unique_ptr<LossGradient> loss_gradient_;
  std::unique_ptr<PlainPass> plain_;
  std::unique_ptr<GradientSum> sum_;
};

/// Those that are trained.
std::vector<at::Tensor> trained_parameters(const torch::nn::Module& module);

}  // namespace spinlab::training
