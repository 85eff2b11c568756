#pragma once

#include <torch/nn/cloneable.h>
#include <torch/nn/modules/dropout.h>
#include <torch/nn/modules/embedding.h>
#include <torch/nn/pimpl.h>

#include <string>
#include <vector>

#include "models/layers/transformer_block.h"

namespace spinlab::models {

struct TransformerStackOptions {
  TransformerStackOptions(int64_t tokens, int64_t context, TransformerBlockOptions block)
      : tokens_(tokens), context_(context), block_(std::move(block)) {}
  /// Numbers that a token can have.
  TORCH_ARG(int64_t, tokens);
  /// The most places that a sequence has.
  TORCH_ARG(int64_t, context);
  TORCH_ARG(TransformerBlockOptions, block);
  TORCH_ARG(int64_t, layers) = 4;
  /// "learned": a vector for each place; "sinusoidal" [Vaswani et al., section 3.5]; "rotary"
  /// (scaled_attention.h); "none".
  TORCH_ARG(std::string, positions) = "learned";
};

/// What a stack remembers of the places that it has read.
struct StackState {
  std::vector<BlockState> blocks;
  int64_t length = 0;
};

/// Tokens to vectors: embedding, positions, blocks, and where blocks normalise what comes in, a norm at the
/// end. Weights are drawn as GPT-2's: N(0, 0.02²), of what is added to the stream divided by √(additions);
/// with sinusoidal positions the embedding is N(0, 1/width) and multiplied by √width, as Vaswani et al. have
/// it.
class TransformerStackImpl : public torch::nn::Cloneable<TransformerStackImpl> {
 public:
  explicit TransformerStackImpl(TransformerStackOptions options) : options(std::move(options)) { reset(); }
  /// Throws c10::ValueError where an option cannot be.
  void reset() override;

  /// tokens: int64 (n, T), T at most the context; memory: (n, S, width), of decoders. Returns (n, T, width).
  /// Throws c10::ValueError where T is larger.
  at::Tensor forward(const at::Tensor& tokens, const at::Tensor& memory = {});
  /// Of tokens that follow those in `state`; memory as of the first call.
  at::Tensor read_on(const at::Tensor& tokens, StackState& state, const at::Tensor& memory = {});
  /// Whether training draws numbers.
  bool has_dropout() const {
    return options.block().dropout() > 0 || options.block().attention().dropout() > 0;
  }

  TransformerStackOptions options;
  torch::nn::Embedding embedding{nullptr};

 private:
  at::Tensor embedded(const at::Tensor& tokens, int64_t first);
  at::Tensor normalised(const at::Tensor& z);
  void draw_weights();

  /// (context, width).
  at::Tensor positions_;
  std::vector<TransformerBlock> blocks_;
  SequenceNorm norm_{nullptr};
  torch::nn::Dropout dropout_{nullptr};
};

TORCH_MODULE(TransformerStack);

}  // namespace spinlab::models
