#include "models/layers/transformer_block.h"

#include <c10/util/Exception.h>

namespace spinlab::models {

void TransformerBlockImpl::reset() {
  TORCH_CHECK_VALUE(options.norm_place() == "pre" || options.norm_place() == "post",
                    "norm_place is \"pre\" or \"post\", got \"", options.norm_place(), "\"");
  attention_norm_ = register_module("attention_norm", SequenceNorm(options.norm()));
  attention_ = register_module("attention", MultiHeadAttention(options.attention()));
  if (options.decoder()) {
    memory_norm_ = register_module("memory_norm", SequenceNorm(options.norm()));
    // The places of two sequences are no places of one.
    auto outwards = options.attention();
    memory_attention_ =
        register_module("memory_attention", MultiHeadAttention(outwards.causal(false).rotary(false)));
  }
  feed_forward_norm_ = register_module("feed_forward_norm", SequenceNorm(options.norm()));
  feed_forward_ = register_module("feed_forward", FeedForward(options.feed_forward()));
  dropout_ = register_module("dropout", torch::nn::Dropout(options.dropout()));
}

template <typename Sublayer>
at::Tensor TransformerBlockImpl::added(const at::Tensor& x, SequenceNorm& norm, const Sublayer& sublayer) {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "a sublayer of ", x.sizes(), ", ", norm->options.kind(),
  // STUB                   sizeof(sublayer), ": left out, 12-transformer asks for it");
  if (options.norm_place() == "pre") return x + dropout_->forward(sublayer(norm->forward(x)));
  return norm->forward(x + dropout_->forward(sublayer(x)));
  // END SOLUTION
}

at::Tensor TransformerBlockImpl::forward(const at::Tensor& x, const at::Tensor& memory) {
  auto z = added(x, attention_norm_, [&](const at::Tensor& in) { return attention_->forward(in); });
  if (options.decoder()) {
    z = added(z, memory_norm_, [&](const at::Tensor& in) {
      return memory_attention_->attend(in, memory_attention_->offered(memory));
    });
  }
  return added(z, feed_forward_norm_, [&](const at::Tensor& in) { return feed_forward_->forward(in); });
}

at::Tensor TransformerBlockImpl::read_on(const at::Tensor& x, BlockState& state, const at::Tensor& memory) {
  auto z =
      added(x, attention_norm_, [&](const at::Tensor& in) { return attention_->read_on(in, state.own); });
  if (options.decoder()) {
    if (!state.memory.keys.defined()) state.memory = memory_attention_->offered(memory);
    z = added(z, memory_norm_,
              [&](const at::Tensor& in) { return memory_attention_->attend(in, state.memory); });
  }
  return added(z, feed_forward_norm_, [&](const at::Tensor& in) { return feed_forward_->forward(in); });
}

}  // namespace spinlab::models
