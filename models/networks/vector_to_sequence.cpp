#include "models/networks/vector_to_sequence.h"

#include <ATen/ATen.h>

#include <vector>

#include "models/networks/recurrent_options.h"
#include "models/registry.h"

namespace spinlab::models {

void VectorToSequenceImpl::reset() {
  const auto& stack = options.stack();
  stack_ = register_module("stack", RecurrentStack(stack));
  start_ = register_module("start", torch::nn::Linear(options.inputs(), stack_->zero_state(1).numel()));
  output_ = register_module("output", torch::nn::Linear(stack.hidden(), stack.inputs()));
}

at::Tensor VectorToSequenceImpl::forward(const at::Tensor& x) {
  auto state = start_->forward(x.flatten(1)).view_as(stack_->zero_state(x.size(0)));
  auto written = at::zeros({x.size(0), options.stack().inputs()}, x.options());
  std::vector<at::Tensor> all;
  for (int64_t step = 0; step < options.steps(); ++step) {
    const auto [y, after] = stack_->forward(written.unsqueeze(0), state);
    written = output_->forward(y[0]);
    state = after;
    all.push_back(written);
  }
  return at::cat(all, 1);
}

namespace {

Network make(const Config& config, const Problem& problem) {
  constexpr int64_t kMaxNumbers = 1 << 16;
  const auto numbers = config.integer("numbers_a_step", 1, kMaxNumbers);
  TORCH_CHECK_VALUE(problem.outputs % numbers == 0, "numbers_a_step is ", numbers,
                    " and does not divide the ", problem.outputs, " numbers of an answer");
  return network(VectorToSequence(VectorToSequenceOptions(
      problem.features(), recurrent_options(config, numbers), problem.outputs / numbers)));
}

Json defaults() {
  auto all = recurrent_defaults();
  all["numbers_a_step"] = 1;
  return all;
}

const Registered<ModelEntry> kRegistered{
    {.name = "vector_to_sequence",
     .summary = "a sequence of values, written from a vector by recurrent layers",
     .defaults = defaults(),
     .network = make}};

}  // namespace
}  // namespace spinlab::models
