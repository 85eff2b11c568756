#pragma once

#include <torch/nn/cloneable.h>
#include <torch/nn/pimpl.h>

#include "models/layers/token_head.h"
#include "models/layers/transformer_stack.h"

namespace spinlab::models {

struct BERTOptions {
  /// Of blocks that are not causal, for one token more than there are: the one that hides.
  explicit BERTOptions(TransformerStackOptions stack) : stack_(std::move(stack)) {}
  TORCH_ARG(TransformerStackOptions, stack);
  /// Whether the output layer's matrix is the embedding's.
  TORCH_ARG(bool, tied) = true;
};

/// An encoder-only transformer, trained to say what stands at places that are hidden from it [Devlin et al.,
/// arXiv:1810.04805, section 3.1], from all other places.
class BERTImpl : public torch::nn::Cloneable<BERTImpl> {
 public:
  explicit BERTImpl(BERTOptions options) : options(std::move(options)) { reset(); }
  void reset() override;

  /// int64 (n, T) → (n, T, tokens), without the one that hides.
  at::Tensor forward(const at::Tensor& tokens);

  BERTOptions options;

 private:
  TransformerStack stack_{nullptr};
  TokenHead head_{nullptr};
};

TORCH_MODULE(BERT);

}  // namespace spinlab::models
