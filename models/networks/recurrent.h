#pragma once

#include <torch/nn/cloneable.h>
#include <torch/nn/modules/dropout.h>
#include <torch/nn/modules/embedding.h>
#include <torch/nn/pimpl.h>

#include <memory>

#include "models/layers/recurrent_stack.h"
#include "models/layers/token_head.h"
#include "models/registry.h"

namespace spinlab::models {

struct RecurrentLanguageModelOptions {
  RecurrentLanguageModelOptions(int64_t tokens, RecurrentStackOptions stack)
      : tokens_(tokens), stack_(std::move(stack)) {}
  TORCH_ARG(int64_t, tokens);
  /// Its inputs are the numbers in a token's embedding.
  TORCH_ARG(RecurrentStackOptions, stack);
  /// Whether the head's matrix is the embedding's (token_head.h); the stack then reads as many numbers as it
  /// gives.
  TORCH_ARG(bool, tied) = false;
};

/// A language model of recurrent cells [Mikolov et al. 2010; Zaremba, Sutskever and Vinyals,
/// arXiv:1409.2329, whose dropout it has: of what layers read, never of what they remember]. At each place
/// the logits of the token that follows.
class RecurrentLanguageModelImpl : public torch::nn::Cloneable<RecurrentLanguageModelImpl> {
 public:
  explicit RecurrentLanguageModelImpl(RecurrentLanguageModelOptions options) : options(std::move(options)) {
    reset();
  }
  /// Throws c10::ValueError where an option cannot be.
  void reset() override;

  /// int64 (n, T) → (n, T, tokens).
  at::Tensor forward(const at::Tensor& tokens);
  /// The same after what the state (RecurrentStack's) was left by; the outputs are logits.
  Recurred read_on(const at::Tensor& tokens, const at::Tensor& state);
  at::Tensor zero_state(int64_t n) const { return stack_->zero_state(n); }
  /// Of any length. `source` is of no use here.
  std::unique_ptr<TokenReader> reader(const at::Tensor& source);
  bool takes_rows_alone() const { return options.stack().dropout() == 0; }

  RecurrentLanguageModelOptions options;

 private:
  torch::nn::Embedding embedding_{nullptr};
  RecurrentStack stack_{nullptr};
  torch::nn::Dropout dropout_{nullptr};
  TokenHead head_{nullptr};
};

TORCH_MODULE(RecurrentLanguageModel);

}  // namespace spinlab::models
