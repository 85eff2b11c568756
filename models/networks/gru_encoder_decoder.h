#pragma once

#include <torch/nn/cloneable.h>
#include <torch/nn/modules/embedding.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/rnn.h>
#include <torch/nn/pimpl.h>

namespace spinlab::models {

struct GRUEncoderDecoderOptions {
  explicit GRUEncoderDecoderOptions(int64_t tokens) : tokens_(tokens) {}
  /// How many different tokens there are; the number behind the last begins every answer.
  TORCH_ARG(int64_t, tokens);
  /// Numbers in a token's embedding.
  TORCH_ARG(int64_t, embedding) = 32;
  /// Numbers in the state that the encoder hands over.
  TORCH_ARG(int64_t, hidden) = 128;
};

/// A sequence read into one vector by a GRU, and its answer written from that by another [Cho et al.,
/// arXiv:1406.1078, section 2.2, the vector as the decoder's first state].
///
///     GRUEncoderDecoder model(GRUEncoderDecoderOptions(10));
///     auto logits = model(source, begun);   // int64 (n, S) and (n, T) → (n, T, 10)
class GRUEncoderDecoderImpl : public torch::nn::Cloneable<GRUEncoderDecoderImpl> {
 public:
  explicit GRUEncoderDecoderImpl(GRUEncoderDecoderOptions options) : options(options) { reset(); }
  void reset() override;

  /// source: the sequence; begun: its answer, one place later.
  at::Tensor forward(const at::Tensor& source, const at::Tensor& begun);

  GRUEncoderDecoderOptions options;
  torch::nn::Embedding embedding{nullptr};
  torch::nn::GRU encoder{nullptr}, decoder{nullptr};
  torch::nn::Linear output{nullptr};
};
TORCH_MODULE(GRUEncoderDecoder);

}  // namespace spinlab::models
