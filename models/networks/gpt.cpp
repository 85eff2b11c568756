#include "models/networks/gpt.h"

#include "models/networks/transformer_options.h"

namespace spinlab::models {

void GPTImpl::reset() {
  stack_ = register_module("stack", TransformerStack(options.stack()));
  const auto head =
      TokenHeadOptions(stack_->embedding->weight.size(1), options.stack().tokens()).tied(options.tied());
  head_ = register_module("head", TokenHead(head));
}

at::Tensor GPTImpl::logits(const at::Tensor& z) { return head_->forward(z, stack_->embedding->weight); }

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
