#pragma once

#include <torch/nn/cloneable.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/pimpl.h>

#include "models/layers/recurrent_stack.h"

namespace spinlab::models {

struct VectorToSequenceOptions {
  VectorToSequenceOptions(int64_t inputs, RecurrentStackOptions stack, int64_t steps)
      : inputs_(inputs), stack_(std::move(stack)), steps_(steps) {}
  /// Numbers in the vector.
  TORCH_ARG(int64_t, inputs);
  /// Its inputs are the numbers that a step writes: the next step reads them.
  TORCH_ARG(RecurrentStackOptions, stack);
  TORCH_ARG(int64_t, steps);
};

/// A sequence of numbers written from a vector: the state begins as an affine map of it, the first step reads
/// zeros, and each other what the last one wrote, in training too, where no right answer is shown.
class VectorToSequenceImpl : public torch::nn::Cloneable<VectorToSequenceImpl> {
 public:
  explicit VectorToSequenceImpl(VectorToSequenceOptions options) : options(std::move(options)) { reset(); }
  void reset() override;

  /// x: (n, …) of `inputs` numbers. Returns (n, steps · numbers a step), step by step.
  at::Tensor forward(const at::Tensor& x);
  bool takes_rows_alone() const { return !stack_->has_dropout(); }

  VectorToSequenceOptions options;

 private:
  torch::nn::Linear start_{nullptr}, output_{nullptr};
  RecurrentStack stack_{nullptr};
};

TORCH_MODULE(VectorToSequence);

}  // namespace spinlab::models
