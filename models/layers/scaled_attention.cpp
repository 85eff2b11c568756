#include "models/layers/scaled_attention.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <cmath>
#include <limits>

namespace spinlab::models {
namespace {

void require_shapes(const at::Tensor& queries, const at::Tensor& keys, const at::Tensor& values,
                    const AttentionOptions& options) {
  const auto q = queries.sizes(), k = keys.sizes(), v = values.sizes();
  TORCH_CHECK_VALUE(q.size() == 4 && k.size() == 4 && v == k && q[0] == k[0] && q[3] == k[3] && k[1] > 0 &&
                        q[1] % k[1] == 0,
                    "attention: expected queries (n, heads, T, d), keys and values (n, groups, S, d), groups "
                    "a divisor of heads, got ",
                    q, ", ", k, " and ", v);
  if (!options.mask.defined()) return;
  const auto mask = options.mask.sizes();
  const std::vector<int64_t> scores{q[0], q[1], q[2], k[2]};
  bool fits = mask.size() <= 4 && options.mask.scalar_type() == at::kBool;
  for (size_t i = 0; fits && i < mask.size(); ++i) {
    const auto own = mask[mask.size() - 1 - i], all = scores[3 - i];
    fits = own == 1 || own == all;
  }
  TORCH_CHECK_VALUE(fits, "attention: expected a mask of bool that fits the scores ", at::IntArrayRef(scores),
                    ", got ", options.mask.scalar_type(), " ", mask);
}

/// What groups of heads share, for each head.
at::Tensor for_heads(const at::Tensor& shared, int64_t heads) {
  return shared.size(1) == heads ? shared : shared.repeat_interleave(heads / shared.size(1), 1);
}

// BEGIN SOLUTION
/// Which keys each query may look at; undefined: all.
at::Tensor allowed(int64_t queries, int64_t keys, const AttentionOptions& options, at::Device device) {
  if (!options.causal) return options.mask;
  const auto order =
      at::ones({queries, keys}, at::TensorOptions(at::kBool).device(device)).tril(keys - queries);
  return options.mask.defined() ? options.mask.logical_and(order) : order;
}
// END SOLUTION

}  // namespace

at::Tensor attention_weights(const at::Tensor& queries, const at::Tensor& keys,
                             const AttentionOptions& options) {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "attention of ", queries.sizes(), " to ", keys.sizes(), options.dropout,
  // STUB                   ": left out, 12-transformer asks for it");
  require_shapes(queries, keys, keys, options);
  // The queries are scaled, not the scores: T · d numbers instead of T · S.
  const auto scaled = queries / std::sqrt(static_cast<double>(queries.size(3)));
  auto scores = scaled.matmul(for_heads(keys, queries.size(1)).transpose(2, 3));
  const auto seen = allowed(queries.size(2), keys.size(2), options, queries.device());
  if (seen.defined())
    scores = scores.masked_fill(seen.logical_not(), -std::numeric_limits<double>::infinity());
  auto weights = scores.softmax(3);
  // Of nothing but -∞ softmax is NaN. Without a mask of the user's own each query sees a key.
  if (options.mask.defined()) weights = weights.masked_fill(seen.any(-1, /*keepdim=*/true).logical_not(), 0);
  return options.dropout > 0 ? at::dropout(weights, options.dropout, /*train=*/true) : weights;
  // END SOLUTION
}

at::Tensor plain_attention(const at::Tensor& queries, const at::Tensor& keys, const at::Tensor& values,
                           const AttentionOptions& options) {
  require_shapes(queries, keys, values, options);
  return attention_weights(queries, keys, options).matmul(for_heads(values, queries.size(1)));
}

at::Tensor scaled_attention(const at::Tensor& queries, const at::Tensor& keys, const at::Tensor& values,
                            const AttentionOptions& options) {
  // LibTorch's kernels for the CPU know no dropout, and their causal order counts from the first key.
  const bool known =
      options.dropout == 0 && !options.mask.defined() && !(options.causal && queries.size(2) != keys.size(2));
  if (!known) return plain_attention(queries, keys, values, options);
  require_shapes(queries, keys, values, options);
  return at::scaled_dot_product_attention(queries, keys, values, {}, 0, options.causal, std::nullopt,
                                          /*enable_gqa=*/queries.size(1) != keys.size(1));
}

at::Tensor rotated(const at::Tensor& x, int64_t first) {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "rotary positions of ", x.sizes(), " from ", first,
  // STUB                   ": left out, 12-transformer asks for them");
  const auto length = x.size(-2), width = x.size(-1);
  TORCH_CHECK_VALUE(width % 2 == 0, "rotary positions turn pairs of numbers: expected an even width, got ",
                    width);
  const auto real = x.options().dtype(at::kDouble);
  const auto turns = at::pow(10000.0, -at::arange(0, width, 2, real) / static_cast<double>(width));
  const auto angles = at::outer(at::arange(first, first + length, real), turns);
  // A pair is a complex number, which is turned by one product. There are none of half precision.
  const auto type = x.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
  const auto phases = at::complex(angles.cos().to(type), angles.sin().to(type));
  const auto pairs = at::view_as_complex(x.to(type).unflatten(-1, {width / 2, 2}));
  return at::view_as_real(pairs * phases).flatten(-2).to(x.scalar_type());
  // END SOLUTION
}

}  // namespace spinlab::models
