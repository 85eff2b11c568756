#include "models/layers/multi_head_attention.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>

namespace spinlab::models {

void KeyValues::append(const at::Tensor& keys, const at::Tensor& values) {
  const auto needed = length_ + keys.size(2);
  if (!keys_.defined() || keys_.size(2) < needed) {
    auto sizes = keys.sizes().vec();
    sizes[2] = std::max(needed, 2 * length_);
    const auto moved = [&](const at::Tensor& old) {
      auto larger = at::empty(sizes, keys.options());
      if (length_ > 0) larger.narrow(2, 0, length_).copy_(old.narrow(2, 0, length_));
      return larger;
    };
    keys_ = moved(keys_);
    values_ = moved(values_);
  }
  keys_.narrow(2, length_, keys.size(2)).copy_(keys);
  values_.narrow(2, length_, values.size(2)).copy_(values);
  length_ = needed;
}

void MultiHeadAttentionImpl::reset() {
  const auto width = options.width(), heads = options.heads();
  TORCH_CHECK_VALUE(heads > 0 && width % heads == 0, "heads must divide the width: got ", heads,
                    " heads and ", width);
  TORCH_CHECK_VALUE(options.key_value_heads() >= 0 && heads % groups() == 0,
                    "key_value_heads must divide the heads: got ", options.key_value_heads(), " and ", heads);
  const auto own = width / heads;
  TORCH_CHECK_VALUE(!options.rotary() || own % 2 == 0,
                    "rotary positions turn pairs of numbers: heads must have an even width, got ", own);
  const auto linear = [&](int64_t to) {
    return torch::nn::Linear(torch::nn::LinearOptions(width, to).bias(options.bias()));
  };
  query = register_module("query", linear(width));
  key_value = register_module("key_value", linear(2 * groups() * own));
  out = register_module("out", linear(width));
}

int64_t MultiHeadAttentionImpl::groups() const {
  return options.key_value_heads() > 0 ? options.key_value_heads() : options.heads();
}

at::Tensor MultiHeadAttentionImpl::in_heads(const at::Tensor& x) const {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "heads of ", x.sizes(), ": left out, 12-transformer asks for them");
  return x.unflatten(2, {-1, options.width() / options.heads()}).transpose(1, 2);
  // END SOLUTION
}

at::Tensor MultiHeadAttentionImpl::queries(const at::Tensor& x, int64_t first) {
  const auto q = in_heads(query->forward(x));
  return options.rotary() ? rotated(q, first) : q;
}

Offered MultiHeadAttentionImpl::offered(const at::Tensor& x, int64_t first) {
  const auto both = key_value->forward(x).chunk(2, 2);
  const auto keys = in_heads(both[0]);
  return {options.rotary() ? rotated(keys, first) : keys, in_heads(both[1])};
}

at::Tensor MultiHeadAttentionImpl::joined(const at::Tensor& heads) {
  return out->forward(heads.transpose(1, 2).flatten(2));
}

at::Tensor MultiHeadAttentionImpl::forward(const at::Tensor& x, const at::Tensor& mask) {
  const auto [keys, values] = offered(x, 0);
  return joined(scaled_attention(queries(x, 0), keys, values, rule(mask)));
}

at::Tensor MultiHeadAttentionImpl::weights(const at::Tensor& x, const at::Tensor& mask) {
  return attention_weights(queries(x, 0), offered(x, 0).keys, rule(mask));
}

AttentionOptions MultiHeadAttentionImpl::rule(const at::Tensor& mask) const {
  return {.causal = options.causal(), .mask = mask, .dropout = is_training() ? options.dropout() : 0};
}

at::Tensor MultiHeadAttentionImpl::read_on(const at::Tensor& x, KeyValues& before) {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "reading ", x.sizes(), " behind ", before.length(),
  // STUB                   ": left out, 12-transformer asks for it");
  TORCH_CHECK_VALUE(options.causal(),
                    "only causal attention can read on: elsewhere what comes changes what was");
  const auto first = before.length();
  const auto [keys, values] = offered(x, first);
  before.append(keys, values);
  // A single place sees all that was read: no order is left to keep.
  return joined(
      scaled_attention(queries(x, first), before.keys(), before.values(), {.causal = x.size(1) > 1}));
  // END SOLUTION
}

Offered MultiHeadAttentionImpl::offered(const at::Tensor& memory) { return offered(memory, 0); }

at::Tensor MultiHeadAttentionImpl::attend(const at::Tensor& x, const Offered& memory) {
  return joined(scaled_attention(queries(x, 0), memory.keys, memory.values,
                                 {.dropout = is_training() ? options.dropout() : 0}));
}

}  // namespace spinlab::models
