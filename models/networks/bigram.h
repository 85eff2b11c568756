#pragma once

#include <torch/nn/cloneable.h>
#include <torch/nn/pimpl.h>

namespace spinlab::models {

struct BigramOptions {
  explicit BigramOptions(int64_t tokens) : tokens_(tokens) {}
  /// How many different tokens there are.
  TORCH_ARG(int64_t, tokens);
};

/// The simplest language model: what follows depends on the last token alone, log p(b | a) = log
/// softmax(W_a)_b. Its best loss on a text is the empirical conditional entropy H(b | a), which any better
/// model has to go below.
///
///     Bigram model(BigramOptions(65));
///     auto logits = model(codes);   // int64 (n, T) → (n, T, 65)
class BigramImpl : public torch::nn::Cloneable<BigramImpl> {
 public:
  explicit BigramImpl(BigramOptions options) : options(options) { reset(); }
  void reset() override;

  at::Tensor forward(const at::Tensor& tokens);

  BigramOptions options;
  /// (tokens, tokens): a row for each last token. Zeros at first: every token alike.
  at::Tensor weight;
};
TORCH_MODULE(Bigram);

}  // namespace spinlab::models
