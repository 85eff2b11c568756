#include "models/networks/sequence_to_vector.h"

#include <ATen/ATen.h>

#include "models/networks/recurrent_options.h"
#include "models/registry.h"

namespace spinlab::models {

void SequenceToVectorImpl::reset() {
  stack_ = register_module("stack", RecurrentStack(options.stack()));
  output_ = register_module("output", torch::nn::Linear(options.stack().hidden(), options.outputs()));
}

namespace {

/// (n, …) → (T, n, numbers a step).
at::Tensor steps(const at::Tensor& x) {
  if (x.dim() == 4) return x.permute({2, 0, 1, 3}).flatten(2);
  return x.dim() == 2 ? x.t().unsqueeze(2) : x.transpose(0, 1);
}

}  // namespace

at::Tensor SequenceToVectorImpl::forward(const at::Tensor& x) {
  return output_->forward(stack_->forward(steps(x)).outputs[-1]);
}

namespace {

int64_t numbers_a_step(const Problem& problem) {
  const auto& input = problem.input;
  TORCH_CHECK_VALUE(!input.empty() && input.size() <= 3,
                    "sequence_to_vector reads numbers, rows of numbers "
                    "or images, not examples of ",
                    input.size(), " dimensions");
  if (input.size() == 3) return input[0] * input[2];
  return input.size() == 1 ? 1 : input[1];
}

Network make(const Config& config, const Problem& problem) {
  return network(SequenceToVector(
      SequenceToVectorOptions(recurrent_options(config, numbers_a_step(problem)), problem.outputs)));
}

const Registered<ModelEntry> kRegistered{{.name = "sequence_to_vector",
                                          .summary = "a sequence, or an image row by row, read by recurrent "
                                                     "layers: classes or values",
                                          .defaults = recurrent_defaults(),
                                          .network = make}};

}  // namespace
}  // namespace spinlab::models
