#include "models/networks/transformer.h"

#include "models/networks/transformer_options.h"

namespace spinlab::models {

void TransformerImpl::reset() {
  encoder_ = register_module("encoder", TransformerStack(options.encoder()));
  decoder_ = register_module("decoder", TransformerStack(options.decoder()));
  const auto head = TokenHeadOptions(decoder_->embedding->weight.size(1), options.decoder().tokens() - 1)
                        .tied(options.tied());
  head_ = register_module("head", TokenHead(head));
}

at::Tensor TransformerImpl::logits(const at::Tensor& z) {
  return head_->forward(z, decoder_->embedding->weight);
}

at::Tensor TransformerImpl::forward(const at::Tensor& source, const at::Tensor& begun) {
  return logits(decoder_->forward(begun, encoder_->forward(source)));
}

class TransformerReader : public TokenReader {
 public:
  TransformerReader(TransformerImpl& network, const at::Tensor& source)
      : network_(network), memory_(network.encoder_->forward(source)) {}

  at::Tensor read(const at::Tensor& tokens) override {
    const auto z = network_.decoder_->read_on(tokens, state_, memory_);
    return network_.logits(z.select(1, z.size(1) - 1));
  }

 private:
  TransformerImpl& network_;
  at::Tensor memory_;
  StackState state_;
};

std::unique_ptr<TokenReader> TransformerImpl::reader(const at::Tensor& source) {
  return std::make_unique<TransformerReader>(*this, source);
}

namespace {

/// Answers are as long as what they answer, and begun by a token of their own.
Network make(const Config& config, const Problem& problem) {
  const auto length = problem.input.at(0);
  const auto encoder = transformer_options(config, problem.outputs, length, /*causal=*/false);
  const auto decoder =
      transformer_options(config, problem.outputs + 1, length, /*causal=*/true, /*decoder=*/true);
  return network(Transformer(TransformerOptions(encoder, decoder).tied(config.get<bool>("tied"))));
}

const Registered<ModelEntry> kRegistered{
    {.name = "transformer",
     .summary = "encoder and decoder: a sequence's answer, token by token",
     .defaults = transformer_defaults(),
     .network = make,
     .form = Form::kSequencePairs}};

}  // namespace
}  // namespace spinlab::models
