#pragma once

#include <ATen/core/Tensor.h>

namespace spinlab::models {

/// What each query may look at, and how the product is computed.
struct AttentionOptions {
  /// Query i of T sees the keys up to i + S - T alone: of as many keys as queries, those up to itself.
  bool causal = false;
  /// Bool, to be broadcast over (n, heads, T, S): true where a query may look. Undefined: everywhere.
  at::Tensor mask = {};
  /// The share of attention weights that become 0, the others divided by 1 less it.
  double dropout = 0;
};

/// Scaled dot-product attention, softmax(Q Kᵀ/√d) V over the keys that a query may look at [Vaswani et al.,
/// arXiv:1706.03762, equation 1]; zeros for a query that may look at none. queries: (n, heads, T, d); keys,
/// values: (n, groups, S, d), groups a divisor of heads: neighbouring heads share them [grouped queries:
/// Ainslie et al., arXiv:2305.13245]. Returns (n, heads, T, d). Throws c10::ValueError where shapes do not
/// fit.
///
/// It is LibTorch's own kernel where that is faster, and the formula where it is not; the same to rounding.
at::Tensor scaled_attention(const at::Tensor& queries, const at::Tensor& keys, const at::Tensor& values,
                            const AttentionOptions& options = {});

/// What each query takes from each key, softmax(Q Kᵀ/√d) in (n, heads, T, S), dropout and all. Throws
/// c10::ValueError where shapes do not fit.
at::Tensor attention_weights(const at::Tensor& queries, const at::Tensor& keys,
                             const AttentionOptions& options = {});

/// The formula, (n, heads, T, S) of memory and all.
at::Tensor plain_attention(const at::Tensor& queries, const at::Tensor& keys, const at::Tensor& values,
                           const AttentionOptions& options = {});

/// Rotary positions: the pair (x_2i, x_2i+1) at place t is turned by the angle t · 10000^(-2i/d), so that the
/// product of a query and a key depends on the difference of their places alone [Su et al., arXiv:2104.09864,
/// equation 34]. x: (…, T, d), d even, the first place being `first`.
at::Tensor rotated(const at::Tensor& x, int64_t first = 0);

}  // namespace spinlab::models
