#include "models/networks/bert.h"

#include "models/networks/transformer_options.h"
#include "models/registry.h"

namespace spinlab::models {

void BERTImpl::reset() {
  stack_ = register_module("stack", TransformerStack(options.stack()));
  const auto head =
      TokenHeadOptions(stack_->embedding->weight.size(1), options.stack().tokens() - 1).tied(options.tied());
  head_ = register_module("head", TokenHead(head));
}

at::Tensor BERTImpl::forward(const at::Tensor& tokens) {
  return head_->forward(stack_->forward(tokens), stack_->embedding->weight);
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
