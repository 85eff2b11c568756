#pragma once

#include <torch/nn/cloneable.h>
#include <torch/nn/pimpl.h>

namespace spinlab::models {

struct TokenHeadOptions {
  TokenHeadOptions(int64_t width, int64_t tokens) : width_(width), tokens_(tokens) {}
  TORCH_ARG(int64_t, width);
  /// That have logits: the first so many of the embedding's.
  TORCH_ARG(int64_t, tokens);
  /// Whether the matrix is the embedding's [Press and Wolf, arXiv:1608.05859]; else one of its own, N(0,
  /// 0.02²).
  TORCH_ARG(bool, tied) = true;
};

/// Vectors to logits of tokens, without a bias.
class TokenHeadImpl : public torch::nn::Cloneable<TokenHeadImpl> {
 public:
  explicit TokenHeadImpl(TokenHeadOptions options) : options(options) { reset(); }
  void reset() override;

  /// z: (…, width); embedding: (tokens or more, width). Returns (…, tokens).
  at::Tensor forward(const at::Tensor& z, const at::Tensor& embedding);

  TokenHeadOptions options;
  /// (tokens, width); undefined where tied.
  at::Tensor weight;
};

TORCH_MODULE(TokenHead);

}  // namespace spinlab::models
