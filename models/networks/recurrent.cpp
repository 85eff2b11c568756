#include "models/networks/recurrent.h"

#include <cmath>

#include "models/networks/recurrent_options.h"

namespace spinlab::models {

void RecurrentLanguageModelImpl::reset() {
  const auto& stack = options.stack();
  TORCH_CHECK_VALUE(!options.tied() || stack.inputs() == stack.hidden(),
                    "tied weights need an embedding as wide as the state; embedding is ", stack.inputs(),
                    " and hidden ", stack.hidden());
  embedding_ = register_module("embedding", torch::nn::Embedding(options.tokens(), stack.inputs()));
  stack_ = register_module("stack", RecurrentStack(stack));
  dropout_ = register_module("dropout", torch::nn::Dropout(stack.dropout()));
  const auto head = TokenHeadOptions(stack.hidden(), options.tokens()).tied(options.tied());
  head_ = register_module("head", TokenHead(head));
  if (!options.tied()) return;
  // Rows of length 1, for logits of order 1.
  const at::NoGradGuard outside_the_graph;
  embedding_->weight.div_(std::sqrt(static_cast<double>(stack.inputs())));
}

Recurred RecurrentLanguageModelImpl::read_on(const at::Tensor& tokens, const at::Tensor& state) {
  const bool drops = is_training() && options.stack().dropout() > 0;
  const auto [y, after] = drops ? stack_->forward(dropout_->forward(embedding_->forward(tokens.t())), state)
                                : stack_->read(embedding_->weight, tokens.t(), state);
  return {head_->forward(dropout_->forward(y).transpose(0, 1), embedding_->weight), after};
}

at::Tensor RecurrentLanguageModelImpl::forward(const at::Tensor& tokens) {
  return read_on(tokens, {}).outputs;
}

class RecurrentReader : public TokenReader {
 public:
  explicit RecurrentReader(RecurrentLanguageModelImpl& network) : network_(network) {}

  at::Tensor read(const at::Tensor& tokens) override {
    const auto [logits, after] = network_.read_on(tokens, state_);
    state_ = after;
    return logits.select(1, logits.size(1) - 1);
  }

 private:
  RecurrentLanguageModelImpl& network_;
  at::Tensor state_;
};

std::unique_ptr<TokenReader> RecurrentLanguageModelImpl::reader(const at::Tensor&) {
  return std::make_unique<RecurrentReader>(*this);
}

namespace {

Network make(const Config& config, const Problem& problem) {
  const auto stack = recurrent_options(config, config.integer("embedding", 1, kMaxWidth));
  return network(RecurrentLanguageModel(
      RecurrentLanguageModelOptions(problem.outputs, stack).tied(config.get<bool>("tied"))));
}

Json defaults() {
  auto all = recurrent_defaults();
  all.update({{"embedding", 128}, {"tied", false}});
  return all;
}

const Registered<ModelEntry> kRegistered{
    {.name = "recurrent",
     .summary = "an LSTM, GRU or plain recurrent network: the next token by all before it",
     .defaults = defaults(),
     .network = make,
     .form = Form::kTokens}};

}  // namespace
}  // namespace spinlab::models
