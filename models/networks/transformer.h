#pragma once

#include <torch/nn/cloneable.h>
#include <torch/nn/pimpl.h>

#include <memory>

#include "models/layers/token_head.h"
#include "models/layers/transformer_stack.h"
#include "models/registry.h"

namespace spinlab::models {

struct TransformerOptions {
  TransformerOptions(TransformerStackOptions encoder, TransformerStackOptions decoder)
      : encoder_(std::move(encoder)), decoder_(std::move(decoder)) {}
  TORCH_ARG(TransformerStackOptions, encoder);
  /// Of causal decoder blocks, for one token more than there are: the one that begins every answer.
  TORCH_ARG(TransformerStackOptions, decoder);
  /// Whether the output layer's matrix is the decoder's embedding.
  TORCH_ARG(bool, tied) = true;
};

/// The encoder and decoder of Vaswani et al., arXiv:1706.03762: the encoder reads a sequence, the decoder
/// writes its answer token by token, looking at what it wrote and at what the encoder made of each place.
class TransformerImpl : public torch::nn::Cloneable<TransformerImpl> {
 public:
  explicit TransformerImpl(TransformerOptions options) : options(std::move(options)) { reset(); }
  void reset() override;

  /// source: int64 (n, S); begun: int64 (n, T). Returns (n, T, tokens).
  at::Tensor forward(const at::Tensor& source, const at::Tensor& begun);
  /// Of answers to `source`.
  std::unique_ptr<TokenReader> reader(const at::Tensor& source);
  bool takes_rows_alone() const { return !encoder_->has_dropout() && !decoder_->has_dropout(); }

  TransformerOptions options;

 private:
  friend class TransformerReader;
  at::Tensor logits(const at::Tensor& z);

  TransformerStack encoder_{nullptr}, decoder_{nullptr};
  TokenHead head_{nullptr};
};

TORCH_MODULE(Transformer);

}  // namespace spinlab::models
