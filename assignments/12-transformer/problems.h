#pragma once

#include <torch/enum.h>
#include <torch/nn/modules/activation.h>
#include <torch/nn/modules/transformerlayer.h>
#include <torch/types.h>

#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "assignments/shared/autograd.h"
#include "assignments/shared/differences.h"
#include "assignments/shared/draws.h"
#include "transformer.h"

/// What the checks hand to a student's functions, and LibTorch's own layers and derivatives to compare with,
/// in the checker.
namespace transformer::problems {

using namespace spinlab::shared;

/// One attention: n sequences, t queries, s keys, d features of these, e of values.
struct Case {
  int64_t n, t, s, d, e;

  Tensor queries(const std::string& purpose) const { return normal({n, t, d}, purpose + " queries"); }
  Tensor keys(const std::string& purpose) const { return normal({n, s, d}, purpose + " keys"); }
  Tensor values(const std::string& purpose) const { return normal({n, s, e}, purpose + " values"); }
  Tensor gradient(const std::string& purpose) const { return normal({n, t, e}, purpose + " gradient"); }
};

/// No two sizes alike, and a single key.
inline std::vector<Case> cases() { return {{2, 3, 5, 4, 6}, {3, 4, 2, 7, 1}, {1, 5, 1, 3, 2}}; }

/// Half of all pairs, and for each query one key at least.
inline Tensor drawn_mask(int64_t t, int64_t s, const std::string& purpose) {
  auto mask = uniform({t, s}, 0, 1, purpose + " mask").lt(0.5);
  const auto one = integers(t, s, purpose + " one");
  return mask.scatter(1, one.unsqueeze(1), true);
}

inline Tensor everything(int64_t t, int64_t s) { return torch::ones({t, s}, torch::kBool); }

inline Tensor causal(int64_t t) { return everything(t, t).tril(); }

inline Tensor scores(const Tensor& queries, const Tensor& keys) {
  return queries.matmul(keys.transpose(1, 2)) / std::sqrt(static_cast<double>(queries.size(2)));
}

/// LibTorch's. Every query may look at something.
inline Tensor reference(const Tensor& queries, const Tensor& keys, const Tensor& values, const Tensor& mask) {
  return at::scaled_dot_product_attention(queries, keys, values, mask);
}

/// h heads of e features, g of them with keys of their own; d features of x, c of the context. Scores of
/// order 1.
inline AttentionParameters heads_of(int64_t h, int64_t g, int64_t e, int64_t d, int64_t c,
                                    const std::string& purpose) {
  const auto weights = [&](int64_t out, int64_t in, const char* name) {
    return 1.3 / std::sqrt(static_cast<double>(in)) * normal({out, in}, purpose + name);
  };
  return {weights(h * e, d, " query"), normal({h * e}, purpose + " query bias"),
          weights(g * e, c, " key"),   normal({g * e}, purpose + " key bias"),
          weights(g * e, c, " value"), normal({g * e}, purpose + " value bias"),
          weights(d, h * e, " out"),   normal({d}, purpose + " out bias")};
}

/// x or a context of some places, (n, t, d), of one head: before its attention and, where it is asked for,
/// turned by its places.
inline Tensor turned(const Tensor& x, int64_t first) {
  const auto d = x.size(2);
  const auto frequencies = torch::pow(kBase, -2.0 / d * torch::arange(d / 2, torch::kFloat64));
  const auto places = torch::arange(first, first + x.size(1), torch::kFloat64).unsqueeze(1);
  const auto phases = torch::polar(torch::ones({x.size(1), d / 2}, torch::kFloat64), places * frequencies);
  return torch::view_as_real(torch::view_as_complex(x.unflatten(2, {d / 2, 2}).contiguous()) * phases)
      .flatten(2);
}

/// Head by head, with LibTorch's attention; `rotary` turns queries and keys by their places.
inline Tensor reference_heads(const Tensor& x, const Tensor& context, const AttentionParameters& p, int64_t h,
                              int64_t g, const Tensor& mask, bool rotary = false) {
  const auto e = p.query.size(0) / h;
  const auto head = [&](const Tensor& from, const Tensor& weight, const Tensor& bias, int64_t i) {
    return at::linear(from, weight.slice(0, i * e, (i + 1) * e), bias.slice(0, i * e, (i + 1) * e));
  };
  std::vector<Tensor> made;
  for (int64_t i = 0; i < h; ++i) {
    const auto shared = i * g / h;
    auto queries = head(x, p.query, p.query_bias, i), keys = head(context, p.key, p.key_bias, shared);
    if (rotary) {
      queries = turned(queries, context.size(1) - x.size(1));
      keys = turned(keys, 0);
    }
    made.push_back(reference(queries, keys, head(context, p.value, p.value_bias, shared), mask));
  }
  return at::linear(torch::cat(made, 2), p.output, p.output_bias);
}

/// What LibTorch's modules add to scores: their masks are of the other sign.
inline Tensor added(const Tensor& mask) {
  return torch::zeros(mask.sizes(), torch::kFloat64)
      .masked_fill(mask.logical_not(), -std::numeric_limits<double>::infinity());
}

inline void load(torch::nn::MultiheadAttention& module, const AttentionParameters& p) {
  const torch::NoGradGuard no_grad;
  if (module->in_proj_weight.defined()) {
    module->in_proj_weight.copy_(torch::cat({p.query, p.key, p.value}));
  } else {
    module->q_proj_weight.copy_(p.query);
    module->k_proj_weight.copy_(p.key);
    module->v_proj_weight.copy_(p.value);
  }
  module->in_proj_bias.copy_(torch::cat({p.query_bias, p.key_bias, p.value_bias}));
  module->out_proj->weight.copy_(p.output);
  module->out_proj->bias.copy_(p.output_bias);
}

/// torch::nn::MultiheadAttention, h e = d.
inline Tensor library_heads(const Tensor& x, const Tensor& context, const AttentionParameters& p, int64_t h,
                            const Tensor& mask) {
  const auto d = x.size(2), c = context.size(2);
  torch::nn::MultiheadAttention module(torch::nn::MultiheadAttentionOptions(d, h).kdim(c).vdim(c));
  module->to(torch::kFloat64);
  load(module, p);
  const auto seen = context.transpose(0, 1);
  return std::get<0>(module->forward(x.transpose(0, 1), seen, seen, {}, true, added(mask))).transpose(0, 1);
}

inline NormParameters norm_of(int64_t d, const std::string& purpose) {
  return {uniform({d}, 0.5, 2, purpose + " scale"), normal({d}, purpose + " shift")};
}

inline FeedForward feed_forward_of(int64_t d, int64_t m, const std::string& purpose) {
  return {normal({m, d}, purpose + " up") / std::sqrt(static_cast<double>(d)),
          normal({m}, purpose + " up bias"),
          normal({d, m}, purpose + " down") / std::sqrt(static_cast<double>(m)),
          normal({d}, purpose + " down bias")};
}

inline BlockParameters block_of(int64_t d, int64_t h, int64_t m, const std::string& purpose) {
  return {norm_of(d, purpose + " norm1"), heads_of(h, h, d / h, d, d, purpose),
          norm_of(d, purpose + " norm2"), feed_forward_of(d, m, purpose)};
}

/// With a memory of c features.
inline DecoderParameters decoder_of(int64_t d, int64_t c, int64_t h, int64_t m, const std::string& purpose) {
  return {norm_of(d, purpose + " norm1"), heads_of(h, h, d / h, d, d, purpose + " self"),
          norm_of(d, purpose + " norm2"), heads_of(h, h, d / h, d, c, purpose + " cross"),
          norm_of(d, purpose + " norm3"), feed_forward_of(d, m, purpose)};
}

template <typename Module>
void load_rest(Module& layer, const FeedForward& f, const NormParameters& norm1,
               const NormParameters& norm2) {
  const torch::NoGradGuard no_grad;
  layer->linear1->weight.copy_(f.up);
  layer->linear1->bias.copy_(f.up_bias);
  layer->linear2->weight.copy_(f.down);
  layer->linear2->bias.copy_(f.down_bias);
  layer->norm1->weight.copy_(norm1.scale);
  layer->norm1->bias.copy_(norm1.shift);
  layer->norm2->weight.copy_(norm2.scale);
  layer->norm2->bias.copy_(norm2.shift);
}

/// torch::nn::TransformerEncoderLayer, post-norm.
inline Tensor library_block(const Tensor& x, const BlockParameters& p, int64_t heads, const Tensor& mask) {
  const auto options = torch::nn::TransformerEncoderLayerOptions(x.size(2), heads)
                           .dim_feedforward(p.feed_forward.up.size(0))
                           .dropout(0)
                           .activation(torch::kGELU);
  torch::nn::TransformerEncoderLayer layer(options);
  layer->to(torch::kFloat64);
  load(layer->self_attn, p.attention);
  load_rest(layer, p.feed_forward, p.norm1, p.norm2);
  return layer->forward(x.transpose(0, 1), added(mask)).transpose(0, 1);
}

inline Tensor normed(const Tensor& x, const NormParameters& norm) {
  return at::layer_norm(x, {x.size(2)}, norm.scale, norm.shift, kEpsilon);
}

inline Tensor fed_forward(const Tensor& x, const FeedForward& f) {
  return at::linear(at::gelu(at::linear(x, f.up, f.up_bias)), f.down, f.down_bias);
}

/// Pre-norm, of LibTorch's functions.
inline Tensor reference_block(const Tensor& x, const BlockParameters& p, int64_t heads, const Tensor& mask) {
  const auto seen = normed(x, p.norm1);
  const auto stream = x + reference_heads(seen, seen, p.attention, heads, heads, mask);
  return stream + fed_forward(normed(stream, p.norm2), p.feed_forward);
}

/// torch::nn::TransformerDecoderLayer, the memory of d features as well.
inline Tensor library_decoder(const Tensor& x, const Tensor& memory, const DecoderParameters& p,
                              int64_t heads) {
  const auto options = torch::nn::TransformerDecoderLayerOptions(x.size(2), heads)
                           .dim_feedforward(p.feed_forward.up.size(0))
                           .dropout(0)
                           .activation(torch::kGELU);
  torch::nn::TransformerDecoderLayer layer(options);
  layer->to(torch::kFloat64);
  load(layer->self_attn, p.self);
  load(layer->multihead_attn, p.cross);
  load_rest(layer, p.feed_forward, p.norm1, p.norm2);
  {
    const torch::NoGradGuard no_grad;
    layer->norm3->weight.copy_(p.norm3.scale);
    layer->norm3->bias.copy_(p.norm3.shift);
  }
  return layer->forward(x.transpose(0, 1), memory.transpose(0, 1), added(causal(x.size(1)))).transpose(0, 1);
}

/// Matrix products of a decoder for one sequence, as (rows, inner, columns): layer by layer, head by head.
inline std::vector<std::vector<int64_t>> products(const ModelShape& shape, int64_t tokens) {
  const auto e = shape.width / shape.heads;
  std::vector<std::vector<int64_t>> all{{tokens, shape.width, shape.vocabulary}};
  for (int64_t layer = 0; layer < shape.layers; ++layer) {
    for (const int64_t out : {shape.heads * e, shape.key_heads * e, shape.key_heads * e, shape.hidden})
      all.push_back({tokens, shape.width, out});
    all.push_back({tokens, shape.heads * e, shape.width});
    all.push_back({tokens, shape.hidden, shape.width});
    for (int64_t head = 0; head < shape.heads; ++head) {
      all.push_back({tokens, e, tokens});
      all.push_back({tokens, tokens, e});
    }
  }
  return all;
}

inline int64_t operations(const std::vector<std::vector<int64_t>>& products) {
  int64_t total = 0;
  for (const auto& product : products) total += 2 * product[0] * product[1] * product[2];
  return total;
}

/// Shapes of all parameters of a decoder, in the order of task 14.
inline std::vector<std::vector<int64_t>> shapes(const ModelShape& shape) {
  const auto d = shape.width, keys = shape.width / shape.heads * shape.key_heads;
  std::vector<std::vector<int64_t>> all{{shape.vocabulary, d}, {shape.context, d}};
  const auto layer = [&](int64_t in, int64_t out) { all.insert(all.end(), {{out, in}, {out}}); };
  for (int64_t i = 0; i < shape.layers; ++i) {
    all.insert(all.end(), {{d}, {d}});
    layer(d, d), layer(d, keys), layer(d, keys), layer(d, d);
    all.insert(all.end(), {{d}, {d}});
    layer(d, shape.hidden), layer(shape.hidden, d);
  }
  all.insert(all.end(), {{d}, {d}});
  return all;
}

inline int64_t numbers(const std::vector<std::vector<int64_t>>& shapes) {
  int64_t total = 0;
  for (const auto& shape : shapes) total += c10::multiply_integers(shape);
  return total;
}

/// A language without attention: logits of the next token by the last one, (v, v).
inline std::function<Tensor(const Tensor&)> chain(const Tensor& table) {
  return [table](const Tensor& tokens) { return table.index_select(0, tokens); };
}

/// −ln p of each next token, in nats: (n, t − 1).
inline Tensor losses(const Tensor& logits, const Tensor& tokens) {
  const auto t = tokens.size(1);
  const auto targets = tokens.slice(1, 1, t).unsqueeze(2);
  return -at::log_softmax(logits.slice(1, 0, t - 1).to(torch::kFloat64), -1).gather(2, targets).squeeze(2);
}

}  // namespace transformer::problems
