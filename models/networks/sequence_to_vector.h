#pragma once

#include <torch/nn/cloneable.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/pimpl.h>

#include "models/layers/recurrent_stack.h"

namespace spinlab::models {

struct SequenceToVectorOptions {
  SequenceToVectorOptions(RecurrentStackOptions stack, int64_t outputs)
      : stack_(std::move(stack)), outputs_(outputs) {}
  TORCH_ARG(RecurrentStackOptions, stack);
  TORCH_ARG(int64_t, outputs);
};

/// A sequence of numbers read step by step, and one answer from what the last layer gives at its end: classes
/// or values. Images are read row by row.
class SequenceToVectorImpl : public torch::nn::Cloneable<SequenceToVectorImpl> {
 public:
  explicit SequenceToVectorImpl(SequenceToVectorOptions options) : options(std::move(options)) { reset(); }
  void reset() override;

  /// x: (n, T, inputs), or numbers of which each is a step (n, T), or images (n, C, H, W), of which a step is
  /// a row in all channels. Returns (n, outputs).
  at::Tensor forward(const at::Tensor& x);
  bool takes_rows_alone() const { return !stack_->has_dropout(); }

  SequenceToVectorOptions options;

 private:
  RecurrentStack stack_{nullptr};
  torch::nn::Linear output_{nullptr};
};

TORCH_MODULE(SequenceToVector);

}  // namespace spinlab::models
