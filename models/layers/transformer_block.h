#pragma once

#include <torch/nn/cloneable.h>
#include <torch/nn/modules/dropout.h>
#include <torch/nn/pimpl.h>

#include "models/layers/feed_forward.h"
#include "models/layers/multi_head_attention.h"
#include "models/layers/sequence_norm.h"

namespace spinlab::models {

struct TransformerBlockOptions {
  explicit TransformerBlockOptions(int64_t width) : attention_(width), feed_forward_(width), norm_(width) {}
  TORCH_ARG(MultiHeadAttentionOptions, attention);
  TORCH_ARG(FeedForwardOptions, feed_forward);
  TORCH_ARG(SequenceNormOptions, norm);
  /// "pre": x + f(norm(x)), as GPT-2; "post": norm(x + f(x)), as Vaswani et al. [both in Xiong et al.,
  /// arXiv:2002.04745]
  TORCH_ARG(std::string, norm_place) = "pre";
  /// Of what each sublayer adds, in training.
  TORCH_ARG(double, dropout) = 0;
  /// Whether a second attention looks at another sequence.
  TORCH_ARG(bool, decoder) = false;
};

/// What a block remembers of the places that it has read.
struct BlockState {
  KeyValues own;
  Offered memory;
};

/// Self-attention, in a decoder attention to an encoder's result, then the feed-forward network, each added
/// to what came in [Vaswani et al., arXiv:1706.03762, section 3.1].
class TransformerBlockImpl : public torch::nn::Cloneable<TransformerBlockImpl> {
 public:
  explicit TransformerBlockImpl(TransformerBlockOptions options) : options(std::move(options)) { reset(); }
  /// Throws c10::ValueError where an option cannot be.
  void reset() override;

  /// x: (n, T, width); memory: (n, S, width), of a decoder. Returns (n, T, width).
  at::Tensor forward(const at::Tensor& x, const at::Tensor& memory = {});
  /// Of places that follow those in `state`, as MultiHeadAttention::read_on.
  at::Tensor read_on(const at::Tensor& x, BlockState& state, const at::Tensor& memory = {});

  TransformerBlockOptions options;

 private:
  template <typename Sublayer>
  at::Tensor added(const at::Tensor& x, SequenceNorm& norm, const Sublayer& sublayer);

  MultiHeadAttention attention_{nullptr}, memory_attention_{nullptr};
  FeedForward feed_forward_{nullptr};
  SequenceNorm attention_norm_{nullptr}, memory_norm_{nullptr}, feed_forward_norm_{nullptr};
  torch::nn::Dropout dropout_{nullptr};
};

TORCH_MODULE(TransformerBlock);

}  // namespace spinlab::models
