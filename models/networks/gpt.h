#pragma once

#include <torch/nn/cloneable.h>
#include <torch/nn/pimpl.h>

#include <memory>

#include "models/layers/token_head.h"
#include "models/layers/transformer_stack.h"
#include "models/registry.h"

namespace spinlab::models {

struct GPTOptions {
  explicit GPTOptions(TransformerStackOptions stack) : stack_(std::move(stack)) {}
  /// Of causal blocks.
  TORCH_ARG(TransformerStackOptions, stack);
  /// Whether the output layer's matrix is the embedding's.
  TORCH_ARG(bool, tied) = true;
};

/// A decoder-only transformer, the language model of GPT-2 [Radford et al. 2019] and of those after it: at
/// each place the logits of the token that follows, from the tokens up to it.
class GPTImpl : public torch::nn::Cloneable<GPTImpl> {
 public:
  explicit GPTImpl(GPTOptions options) : options(std::move(options)) { reset(); }
  void reset() override;

  /// int64 (n, T) → (n, T, tokens), T at most the context.
  at::Tensor forward(const at::Tensor& tokens);
  /// With a cache of keys and values. `source` is of no use here.
  std::unique_ptr<TokenReader> reader(const at::Tensor& source);
  bool takes_rows_alone() const { return !stack_->has_dropout(); }

  GPTOptions options;

 private:
  friend class GPTReader;
  at::Tensor logits(const at::Tensor& z);

  TransformerStack stack_{nullptr};
  TokenHead head_{nullptr};
};

TORCH_MODULE(GPT);

}  // namespace spinlab::models
