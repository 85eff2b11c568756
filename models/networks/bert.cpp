#include "models/networks/bert.h"

#include <torch/nn/init.h>

#include "models/networks/transformer_options.h"
#include "models/registry.h"

namespace spinlab::models {

void BERTImpl::reset() {
  stack_ = register_module("stack", TransformerStack(options.stack()));
  head_ = nullptr;
  if (options.tied()) return;
  const auto width = stack_->embedding->weight.size(1), tokens = options.stack().tokens() - 1;
  head_ = register_module("head", torch::nn::Linear(torch::nn::LinearOptions(width, tokens).bias(false)));
  torch::nn::init::normal_(head_->weight, 0, 0.02);
}

at::Tensor BERTImpl::forward(const at::Tensor& tokens) {
  const auto& output = head_ ? head_->weight : stack_->embedding->weight;
  return stack_->forward(tokens).matmul(output.narrow(0, 0, options.stack().tokens() - 1).t());
}

namespace {

Network make(const Config& config, const Problem& problem) {
  const auto stack = transformer_options(config, problem.outputs + 1, problem.input.at(0), /*causal=*/false);
  return network(BERT(BERTOptions(stack).tied(config.get<bool>("tied"))));
}

const Registered<ModelEntry> kRegistered{
    {.name = "bert",
     .summary = "an encoder-only transformer: hidden tokens by all the others",
     .defaults = transformer_defaults(),
     .network = make,
     .form = Form::kHiddenTokens}};

}  // namespace
}  // namespace spinlab::models
