#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include "models/registry.h"
#include "src/training/batches/batches.h"
#include "src/training/objectives/objective.h"
#include "src/training/optimizers/optimizer.h"

namespace spinlab::training {

/// What an optimizer may ask of a batch beside its gradients (Step), answered at the parameters as they then
/// are, with the noise of the step's first evaluation.
class StepQuestions {
 public:
  /// `backward`: writes the gradients of the batch's loss, which it returns. All outlive the object.
  StepQuestions(const models::Network& network, const Objective& objective, Optimizer& optimizer,
                std::function<at::Tensor(const Batch&)> backward)
      : network_(network), objective_(objective), optimizer_(optimizer), backward_(std::move(backward)) {}

  /// `noise`: the state of `generator` before the first evaluation. `loss`: what that gave. `batch` outlives
  /// the step.
  Step step(double learning_rate, const Batch& batch, const at::Tensor& loss, at::Generator generator,
            const at::Tensor& noise) const;

 private:
  double evaluate(const Batch& batch) const;
  at::Tensor fisher_rows_of(const Batch& batch, const std::vector<at::Tensor>& parameters) const;
  std::vector<LinearFactors> linear_factors_of(const Batch& batch, const std::vector<at::Tensor>& weights,
                                               FisherKind kind, const at::Generator& generator) const;

  const models::Network& network_;
  const Objective& objective_;
  Optimizer& optimizer_;
  std::function<at::Tensor(const Batch&)> backward_;
};

}  // namespace spinlab::training
