#pragma once

#include <torch/nn/cloneable.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/pimpl.h>

#include "models/layers/scaled_attention.h"

namespace spinlab::models {

struct MultiHeadAttentionOptions {
  explicit MultiHeadAttentionOptions(int64_t width) : width_(width) {}
  /// A multiple of heads.
  TORCH_ARG(int64_t, width);
  TORCH_ARG(int64_t, heads) = 4;
  /// Of keys and values; each is shared by heads / key_value_heads neighbouring heads [Ainslie et al.,
  /// arXiv:2305.13245]. 1: single-query attention [Shazeer, arXiv:1911.02150]; 0: as many as heads.
  TORCH_ARG(int64_t, key_value_heads) = 0;
  /// Whether a place sees itself and those before it alone.
  TORCH_ARG(bool, causal) = false;
  /// Whether queries and keys are turned by their places (scaled_attention.h).
  TORCH_ARG(bool, rotary) = false;
  /// Of attention weights, in training.
  TORCH_ARG(double, dropout) = 0;
  TORCH_ARG(bool, bias) = true;
};

/// Keys and values of the places that were read already, (n, key_value_heads, length, d) each.
class KeyValues {
 public:
  int64_t length() const { return length_; }
  void append(const at::Tensor& keys, const at::Tensor& values);
  at::Tensor keys() const { return keys_.narrow(2, 0, length_); }
  at::Tensor values() const { return values_.narrow(2, 0, length_); }

 private:
  /// With room for further places, so that reading T of them one by one copies each a bounded number of
  /// times.
  at::Tensor keys_, values_;
  int64_t length_ = 0;
};

/// (n, key_value_heads, S, d) each.
struct Offered {
  at::Tensor keys, values;
};

/// Attention in several heads side by side [Vaswani et al., arXiv:1706.03762, section 3.2.2]: queries, keys
/// and values are linear maps of what is attended from and to, the heads' results together another one.
class MultiHeadAttentionImpl : public torch::nn::Cloneable<MultiHeadAttentionImpl> {
 public:
  explicit MultiHeadAttentionImpl(MultiHeadAttentionOptions options) : options(options) { reset(); }
  /// Throws c10::ValueError where heads do not divide the width, key_value_heads not the heads, or rotary
  /// positions meet heads of odd width.
  void reset() override;

  /// Self-attention. x: (n, T, width), the same shape back. mask: as AttentionOptions has it.
  at::Tensor forward(const at::Tensor& x, const at::Tensor& mask = {});
  /// What each place of x takes from each other one, (n, heads, T, T).
  at::Tensor weights(const at::Tensor& x, const at::Tensor& mask = {});
  /// Of places that follow those in `before`, which takes them in: as if all had been read at once. For
  /// causal attention.
  at::Tensor read_on(const at::Tensor& x, KeyValues& before);
  /// What another sequence, (n, S, width), offers to be attended to, and the attention of x to it.
  Offered offered(const at::Tensor& memory);
  at::Tensor attend(const at::Tensor& x, const Offered& memory);

  MultiHeadAttentionOptions options;
  /// key_value gives all keys, then all values.
  torch::nn::Linear query{nullptr}, key_value{nullptr}, out{nullptr};

 private:
  int64_t groups() const;
  /// Of self-attention.
  AttentionOptions rule(const at::Tensor& mask) const;
  /// (n, T, k · d) → (n, k, T, d).
  at::Tensor in_heads(const at::Tensor& x) const;
  Offered offered(const at::Tensor& x, int64_t first);
  at::Tensor queries(const at::Tensor& x, int64_t first);
  at::Tensor joined(const at::Tensor& heads);
};

TORCH_MODULE(MultiHeadAttention);

}  // namespace spinlab::models
