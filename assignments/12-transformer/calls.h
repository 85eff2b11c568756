#pragma once

#include "src/judging/student_call.h"
#include "transformer.h"

namespace transformer {

/// Autograd's derivatives of Σ g · f(leaves) by each of the leaves. A call's arguments have no gradients, so
/// the functions below are asked where yours run: they call yours and go backwards through it.
inline std::vector<Tensor> slopes(const std::vector<Tensor>& at, const Tensor& g,
                                  const std::function<Tensor(const std::vector<Tensor>&)>& f) {
  std::vector<Tensor> leaves, made;
  for (const auto& one : at) leaves.push_back(one.detach().clone().requires_grad_());
  f(leaves).backward(g);
  for (const auto& leaf : leaves)
    made.push_back(leaf.grad().defined() ? leaf.grad() : torch::zeros_like(leaf).detach());
  return made;
}

inline std::vector<Tensor> masked_attention_slopes(const Tensor& queries, const Tensor& keys,
                                                   const Tensor& values, const Tensor& mask,
                                                   const Tensor& g) {
  return slopes({queries, keys, values}, g,
                [&](const auto& at) { return masked_attention(at[0], at[1], at[2], mask); });
}

/// By x, by the context and by the layers, in their order.
inline std::vector<Tensor> multi_head_attention_slopes(const Tensor& x, const Tensor& context,
                                                       const AttentionParameters& p, int64_t heads,
                                                       int64_t key_heads, const Tensor& mask,
                                                       const Tensor& g) {
  return slopes(
      {x, context, p.query, p.query_bias, p.key, p.key_bias, p.value, p.value_bias, p.output, p.output_bias},
      g, [&](const auto& at) {
        return multi_head_attention(at[0], at[1], {at[2], at[3], at[4], at[5], at[6], at[7], at[8], at[9]},
                                    heads, key_heads, mask);
      });
}

inline std::vector<Tensor> rotate_slopes(const Tensor& x, const Tensor& positions, const Tensor& g) {
  return slopes({x}, g, [&](const auto& at) { return rotate(at[0], positions); });
}

inline std::vector<Tensor> rms_norm_slopes(const Tensor& x, const Tensor& scale, double epsilon,
                                           const Tensor& g) {
  return slopes({x, scale}, g, [&](const auto& at) { return rms_norm(at[0], at[1], epsilon); });
}

/// By x, the scale of the first norm, the shift of the second, and `up`.
inline std::vector<Tensor> block_slopes(const Tensor& x, const BlockParameters& parameters, int64_t heads,
                                        bool pre_norm, const Tensor& mask, const Tensor& g) {
  return slopes({x, parameters.norm1.scale, parameters.norm2.shift, parameters.feed_forward.up}, g,
                [&](const auto& at) {
                  auto p = parameters;
                  p.norm1.scale = at[1], p.norm2.shift = at[2], p.feed_forward.up = at[3];
                  return block(at[0], p, heads, pre_norm, mask);
                });
}

}  // namespace transformer

#ifdef SPINLAB_EXPORT
SPINLAB_EXPORT(transformer::masked_attention_slopes);
SPINLAB_EXPORT(transformer::multi_head_attention_slopes);
SPINLAB_EXPORT(transformer::rotate_slopes);
SPINLAB_EXPORT(transformer::rms_norm_slopes);
SPINLAB_EXPORT(transformer::block_slopes);
#endif
SPINLAB_CALL(transformer, attention_weights, "(n, t, d), (n, s, d) -> (n, t, s)")
SPINLAB_CALL(transformer, attention, "(n, t, d), (n, s, d), (n, s, e) -> (n, t, e)")
SPINLAB_CALL(transformer, local_mean, "(n, d), (n), (m, d), _ -> (m)")
SPINLAB_CALL(transformer, score_variance, "_, {_, _}, {_, _} -> _")
SPINLAB_CALL(transformer, attention_entropy, "(n, t, s) -> (n, t)")
SPINLAB_CALL(transformer, causal_mask, "t, s -> (t, s):bool")
SPINLAB_CALL(transformer, masked_attention, "(n, t, d), (n, s, d), (n, s, e), (t, s):bool -> (n, t, e)")
SPINLAB_CALL(transformer, attention_gradient, "(n, t, d), (n, s, d), (n, s, e), (t, s):bool, (n, t, e) -> {(n, t, d), (n, s, d), (n, s, e)}")
SPINLAB_CALL(transformer, multi_head_attention, "(n, t, d), (n, s, c), {(q, d), (q), (k, c), (k), (k, c), (k), (d, q), (d)}, _, _, (t, s):bool -> (n, t, d)")
SPINLAB_CALL(transformer, sinusoidal_positions, "length, d -> (length, d)")
SPINLAB_CALL(transformer, shift_matrix, "d, _ -> (d, d)")
SPINLAB_CALL(transformer, rotate, "(n, t, d), (t):int64 -> (n, t, d)")
SPINLAB_CALL(transformer, layer_norm, "(n, t, d), (d), (d), _ -> (n, t, d)")
SPINLAB_CALL(transformer, rms_norm, "(n, t, d), (d), _ -> (n, t, d)")
SPINLAB_CALL(transformer, block, "(n, t, d), {{(d), (d)}, {(d, d), (d), (d, d), (d), (d, d), (d), (d, d), (d)}, {(d), (d)}, {(m, d), (m), (d, m), (d)}}, _, _, (t, t):bool -> (n, t, d)")
SPINLAB_CALL(transformer, decoder_block, "(n, t, d), (n, s, c), {{(d), (d)}, {(d, d), (d), (d, d), (d), (d, d), (d), (d, d), (d)}, {(d), (d)}, {(d, d), (d), (d, c), (d), (d, c), (d), (d, d), (d)}, {(d), (d)}, {(m, d), (m), (d, m), (d)}}, _ -> (n, t, d)")
SPINLAB_CALL(transformer, parameter_count, "_ -> _")
SPINLAB_CALL(transformer, forward_flops, "_, _ -> _")
SPINLAB_CALL(transformer, prefix_mask, "_, total -> (total, total):bool")
SPINLAB_CALL(transformer, reach, "(layers, t, t):bool -> (t, t):bool")
SPINLAB_CALL(transformer, lookahead, "<(t, d) -> (t, _)>, (t, d) -> _")
SPINLAB_CALL(transformer, next_token_loss, "(n, t, v), (n, t):int64, _ -> ()")
SPINLAB_CALL(transformer, bits_per_byte, "_, _, _ -> _")
SPINLAB_CALL(transformer, token_probabilities, "(v), _ -> (v)")
SPINLAB_CALL(transformer, generate, "<(_):int64 -> (_, _):float64>, (p):int64, count, _, _, _ -> (p + count):int64")
SPINLAB_CALL(transformer, cached_attention, "(n, t, d), {(q, d), (q), (k, d), (k), (k, d), (k), (d, q), (d)}, _, g, {(n, g, s, e), (n, g, s, e)} -> {(n, t, d), {(n, g, s + t, e), (n, g, s + t, e)}}")
SPINLAB_CALL(transformer, generation_flops, "_, _, _ -> _")
SPINLAB_CALL(transformer, make_language_model, "_ -> _")
SPINLAB_CALL(transformer, fit_text, "(length):int64, _, _ -> _")
SPINLAB_CALL(transformer, induction_head, "(n, t):int64, vocabulary, _ -> (n, t, vocabulary):float64")
SPINLAB_CALL(transformer, induction_score, "(n, t, t), (n, t):int64 -> _")
SPINLAB_CALL(transformer, linear_attention, "(n, t, d), (n, t, d), (n, t, e), (n, d, e) -> {(n, t, e), (n, d, e)}")
SPINLAB_CALL(transformer, descent_head, "d, _, _ -> {(d + 1, d + 1), (d + 1, d + 1), (d + 1, d + 1), (d + 1, d + 1)}")
SPINLAB_CALL(transformer, best_rate, "_, _, _ -> _")
