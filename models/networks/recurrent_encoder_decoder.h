#pragma once

#include <torch/nn/cloneable.h>
#include <torch/nn/modules/embedding.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/pimpl.h>

#include <memory>

#include "models/layers/recurrent_stack.h"
#include "models/registry.h"

namespace spinlab::models {

struct RecurrentEncoderDecoderOptions {
  RecurrentEncoderDecoderOptions(int64_t tokens, RecurrentStackOptions stack)
      : tokens_(tokens), stack_(std::move(stack)) {}
  /// How many different tokens there are; the number behind the last begins every answer.
  TORCH_ARG(int64_t, tokens);
  /// Of the encoder and of the decoder; its inputs are the numbers in a token's embedding.
  TORCH_ARG(RecurrentStackOptions, stack);
  /// Whether the decoder looks back at what the encoder gave at each place.
  TORCH_ARG(bool, attention) = true;
};

/// A sequence read by recurrent layers, and its answer written by others that begin with the state of the
/// first [Sutskever, Vinyals and Le, arXiv:1409.3215; Cho et al., arXiv:1406.1078]. With attention the logits
/// come from tanh(W [c; h]), h being the decoder's output and c the mean of the encoder's outputs, weighted
/// by the softmax of their dot products with h [Luong, Pham and Manning, arXiv:1508.04025, equations 5, 7 and
/// 8].
///
///     RecurrentEncoderDecoder model(RecurrentEncoderDecoderOptions(10, RecurrentStackOptions(32, 128)));
///     auto logits = model(source, begun);   // int64 (n, S) and (n, T) → (n, T, 10)
class RecurrentEncoderDecoderImpl : public torch::nn::Cloneable<RecurrentEncoderDecoderImpl> {
 public:
  explicit RecurrentEncoderDecoderImpl(RecurrentEncoderDecoderOptions options) : options(std::move(options)) {
    reset();
  }
  void reset() override;

  /// source: the sequence; begun: its answer, one place later.
  at::Tensor forward(const at::Tensor& source, const at::Tensor& begun);
  std::unique_ptr<TokenReader> reader(const at::Tensor& source);
  bool takes_rows_alone() const { return !encoder_->has_dropout(); }

  RecurrentEncoderDecoderOptions options;

 private:
  friend class AnswerReader;
  /// Of the source: outputs (S, n, hidden) and the state behind them.
  Recurred encoded(const at::Tensor& source);
  /// Logits (n, T, tokens) of what follows `begun`, from the state that what came before it left.
  Recurred decoded(const at::Tensor& begun, const at::Tensor& state, const at::Tensor& memory);
  at::Tensor attended(const at::Tensor& outputs, const at::Tensor& memory);

  torch::nn::Embedding embedding_{nullptr};
  RecurrentStack encoder_{nullptr}, decoder_{nullptr};
  torch::nn::Linear attention_{nullptr}, output_{nullptr};
};

TORCH_MODULE(RecurrentEncoderDecoder);

}  // namespace spinlab::models
