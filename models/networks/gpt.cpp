#include "models/networks/gpt.h"

#include <torch/nn/init.h>

#include "models/networks/transformer_options.h"

namespace spinlab::models {

void GPTImpl::reset() {
  stack_ = register_module("stack", TransformerStack(options.stack()));
  head_ = nullptr;
  if (options.tied()) return;
  const auto width = stack_->embedding->weight.size(1);
  const auto head = torch::nn::LinearOptions(width, options.stack().tokens()).bias(false);
  head_ = register_module("head", torch::nn::Linear(head));
  torch::nn::init::normal_(head_->weight, 0, 0.02);
}

at::Tensor GPTImpl::logits(const at::Tensor& z) {
  return z.matmul((head_ ? head_->weight : stack_->embedding->weight).t());
}

at::Tensor GPTImpl::forward(const at::Tensor& tokens) { return logits(stack_->forward(tokens)); }

class GPTReader : public TokenReader {
 public:
  explicit GPTReader(GPTImpl& network) : network_(network) {}

  at::Tensor read(const at::Tensor& tokens) override {
    const auto z = network_.stack_->read_on(tokens, state_);
    return network_.logits(z.select(1, z.size(1) - 1));
  }

 private:
  GPTImpl& network_;
  StackState state_;
};

std::unique_ptr<TokenReader> GPTImpl::reader(const at::Tensor&) { return std::make_unique<GPTReader>(*this); }

namespace {

Network make(const Config& config, const Problem& problem) {
  const auto stack = transformer_options(config, problem.outputs, problem.input.at(0), /*causal=*/true);
  return network(GPT(GPTOptions(stack).tied(config.get<bool>("tied"))));
}

const Registered<ModelEntry> kRegistered{
    {.name = "gpt",
     .summary = "a decoder-only transformer: the next token by all before it",
     .defaults = transformer_defaults(),
     .network = make,
     .form = Form::kTokens}};

}  // namespace
}  // namespace spinlab::models
