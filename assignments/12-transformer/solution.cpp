#include "transformer.h"

#include <torch/optim/adam.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace transformer {

namespace {

/// Given: queries (n, t, d) and keys (n, s, d), none of the sizes 0.
[[maybe_unused]] void require_keys(const Tensor& queries, const Tensor& keys) {
  TORCH_CHECK_VALUE(queries.dim() == 3 && queries.numel() > 0, "expected queries of (n, t, d), got ", queries.sizes());
  TORCH_CHECK_VALUE(keys.dim() == 3 && keys.numel() > 0 && keys.size(0) == queries.size(0) &&
                        keys.size(2) == queries.size(2),
                    "expected keys of (", queries.size(0), ", s, ", queries.size(2), "), got ", keys.sizes());
}

/// Given: and values (n, s, e).
[[maybe_unused]] void require_values(const Tensor& queries, const Tensor& keys, const Tensor& values) {
  require_keys(queries, keys);
  TORCH_CHECK_VALUE(values.dim() == 3 && values.size(0) == keys.size(0) && values.size(1) == keys.size(1),
                    "expected values of (", keys.size(0), ", ", keys.size(1), ", e), got ", values.sizes());
}

/// Given: a mask of t queries and s keys.
[[maybe_unused]] void require_mask(const Tensor& mask, int64_t t, int64_t s) {
  TORCH_CHECK_VALUE(mask.dim() == 2 && mask.size(0) == t && mask.size(1) == s && mask.scalar_type() == torch::kBool,
                    "expected a bool mask of (", t, ", ", s, "), got ", mask.sizes(), " ", mask.scalar_type());
}

/// Given: sequences (n, t, d), and d numbers of each of `vectors`.
[[maybe_unused]] void require_features(const Tensor& x, const std::vector<Tensor>& vectors) {
  TORCH_CHECK_VALUE(x.dim() == 3 && x.numel() > 0, "expected sequences of (n, t, d), got ", x.sizes());
  for (const auto& one : vectors)
    TORCH_CHECK_VALUE(one.dim() == 1 && one.size(0) == x.size(2), "expected ", x.size(2), " numbers, got ", one.sizes());
}

/// Given: a matrix of one int64 number for each place of n sequences.
[[maybe_unused]] void require_tokens(const Tensor& tokens) {
  TORCH_CHECK_VALUE(tokens.dim() == 2 && tokens.numel() > 0 && tokens.scalar_type() == torch::kLong,
                    "expected int64 tokens of (n, t), got ", tokens.sizes(), " ", tokens.scalar_type());
}

/// Given: a generator of random numbers with a seed, for torch::randn, torch::randint and torch::multinomial.
[[maybe_unused]] torch::Generator seeded(int64_t seed) {
  return torch::make_generator<torch::CPUGeneratorImpl>(static_cast<std::uint64_t>(seed));
}

struct TrainOptions {
  int64_t steps;
  int64_t batch_size;
  int64_t context;       // tokens of each piece
  double learning_rate;  // at its highest, after a tenth of the steps
  int64_t seed = 0;
};

/// Given: Adam on next_token_loss of pieces of the text that start anywhere. The rate rises over a tenth of the steps and
/// falls linearly to 0.
[[maybe_unused]] void train(LanguageModel& model, const Tensor& text, const TrainOptions& options) {
  torch::optim::Adam optimizer(model.parameters(), torch::optim::AdamOptions(0.0).betas({0.9, 0.99}));
  const auto pieces = text.unfold(0, options.context + 1, 1);
  const auto generator = seeded(options.seed);
  model.train();
  for (int64_t step = 0; step < options.steps; ++step) {
    const double progress = static_cast<double>(step + 1) / static_cast<double>(options.steps + 1);
    static_cast<torch::optim::AdamOptions&>(optimizer.param_groups()[0].options())
        .lr(options.learning_rate * std::min(10 * progress, (1 - progress) / 0.9));
    const auto starts = torch::randint(pieces.size(0), {options.batch_size}, generator, torch::kLong);
    const auto batch = pieces.index_select(0, starts);
    const auto logits = model.forward(batch.slice(1, 0, options.context));
    // The last token is predicted, and predicts nothing: its logits may be anything.
    const auto padded = torch::cat({logits, logits.slice(1, 0, 1)}, 1);
    optimizer.zero_grad();
    next_token_loss(padded, batch, -1).backward();
    optimizer.step();
  }
}

}  // namespace

// BEGIN SOLUTION
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Of the last dimension. Scores of −∞ get 0, also where all are: without a largest one there is nothing to subtract, and
/// the sum is either 0 or holds an e⁰.
Tensor softmax(const Tensor& scores) {
  const auto highest = scores.amax(-1, /*keepdim=*/true).detach().clamp_min(-1e30);
  const auto weights = (scores - highest).exp();
  return weights / weights.sum(-1, /*keepdim=*/true).clamp_min(1);
}

Tensor scores_of(const Tensor& queries, const Tensor& keys) {
  return queries.matmul(keys.transpose(-2, -1)) / std::sqrt(static_cast<double>(queries.size(-1)));
}

Tensor masked_weights(const Tensor& queries, const Tensor& keys, const Tensor& mask) {
  return softmax(scores_of(queries, keys).masked_fill(mask.logical_not(), -kInfinity));
}

}  // namespace
// END SOLUTION

Tensor attention_weights(const Tensor& queries, const Tensor& keys) {
  require_keys(queries, keys);
  // BEGIN SOLUTION attention_weights: subtract each row's largest score before you call exp
  return softmax(scores_of(queries, keys));
  // END SOLUTION
}

Tensor attention(const Tensor& queries, const Tensor& keys, const Tensor& values) {
  require_values(queries, keys, values);
  // BEGIN SOLUTION attention
  return attention_weights(queries, keys).matmul(values);
  // END SOLUTION
}

Tensor local_mean(const Tensor& X, const Tensor& y, const Tensor& Z, double width) {
  TORCH_CHECK_VALUE(X.dim() == 2 && Z.dim() == 2 && y.dim() == 1 && X.size(1) == Z.size(1) && X.size(0) == y.size(0),
                    "expected X of (n, d), y of (n) and Z of (m, d), got ", X.sizes(), ", ", y.sizes(), " and ",
                    Z.sizes());
  // BEGIN SOLUTION local_mean: attention to keys of d + 1 features, or the scores themselves
  TORCH_CHECK_VALUE(width > 0, "expected a width above 0, got ", width);
  const auto centre = X.mean(0, /*keepdim=*/true);
  const auto x = (X - centre) / width, z = (Z - centre) / width;
  const auto keys = torch::cat({x, x.square().sum(1, /*keepdim=*/true)}, 1);
  const auto queries = torch::cat({z, torch::full({Z.size(0), 1}, -0.5, Z.options())}, 1);
  const double root = std::sqrt(static_cast<double>(keys.size(1)));  // takes the 1/√(d + 1) back
  return attention((root * queries).unsqueeze(0), keys.unsqueeze(0), y.view({1, -1, 1})).flatten();
  // END SOLUTION
}

double score_variance(int64_t d, const Moments& query, const Moments& key) {
  TORCH_CHECK_VALUE(d >= 1 && query.variance >= 0 && key.variance >= 0,
                    "expected d >= 1 and no negative variance, got ", d, ", ", query.variance, " and ", key.variance);
  // BEGIN SOLUTION score_variance: the variance of one product first
  const double product = query.variance * key.variance + query.variance * key.mean * key.mean +
                         key.variance * query.mean * query.mean;
  return static_cast<double>(d) * product;
  // END SOLUTION
}

Tensor attention_entropy(const Tensor& weights) {
  TORCH_CHECK_VALUE(weights.dim() == 3, "expected weights of (n, t, s), got ", weights.sizes());
  // BEGIN SOLUTION attention_entropy: torch::xlogy(a, b) is a ln b, and 0 where a is 0
  return -torch::xlogy(weights, weights).sum(-1);
  // END SOLUTION
}

Tensor causal_mask(int64_t t, int64_t s) {
  // BEGIN SOLUTION causal_mask: the last query is at the last place
  TORCH_CHECK_VALUE(t >= 1 && t <= s, "expected 1 <= t <= s, got ", t, " and ", s);
  return torch::arange(s) <= torch::arange(s - t, s).unsqueeze(1);
  // END SOLUTION
}

Tensor masked_attention(const Tensor& queries, const Tensor& keys, const Tensor& values, const Tensor& mask) {
  require_values(queries, keys, values);
  require_mask(mask, queries.size(1), keys.size(1));
  // BEGIN SOLUTION masked_attention: a score of −∞ has the weight 0; what if a row has no other?
  return masked_weights(queries, keys, mask).matmul(values);
  // END SOLUTION
}

AttentionGradients attention_gradient(const Tensor& queries, const Tensor& keys, const Tensor& values,
                                      const Tensor& mask, const Tensor& gradient) {
  require_values(queries, keys, values);
  require_mask(mask, queries.size(1), keys.size(1));
  TORCH_CHECK_VALUE(gradient.dim() == 3 && gradient.size(0) == queries.size(0) && gradient.size(1) == queries.size(1) &&
                        gradient.size(2) == values.size(2),
                    "expected a gradient of (", queries.size(0), ", ", queries.size(1), ", ", values.size(2), "), got ", gradient.sizes());
  // BEGIN SOLUTION attention_gradient: values, weights, scores, then queries and keys
  const auto weights = masked_weights(queries, keys, mask);
  const auto by_weights = gradient.matmul(values.transpose(1, 2));
  const auto mean = (weights * by_weights).sum(-1, /*keepdim=*/true);
  const auto by_scores = weights * (by_weights - mean) / std::sqrt(static_cast<double>(queries.size(2)));
  return {by_scores.matmul(keys), by_scores.transpose(1, 2).matmul(queries), weights.transpose(1, 2).matmul(gradient)};
  // END SOLUTION
}

// BEGIN SOLUTION
namespace {

Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias) { return x.matmul(weight.t()) + bias; }

/// (n, t, heads · e) → (n, heads, t, e).
Tensor by_heads(const Tensor& x, int64_t heads) {
  TORCH_CHECK_VALUE(heads >= 1 && x.size(2) % heads == 0, "expected a number of heads that divides ", x.size(2),
                    ", got ", heads);
  return x.unflatten(2, {heads, x.size(2) / heads}).transpose(1, 2);
}

/// queries: (n, h, t, e); keys, values: (n, g, s, e). Returns (n, t, h · e).
Tensor attend(const Tensor& queries, const Tensor& keys, const Tensor& values, const Tensor& mask) {
  const auto n = queries.size(0), heads = queries.size(1), t = queries.size(2);
  TORCH_CHECK_VALUE(heads % keys.size(1) == 0, "expected ", keys.size(1), " heads with keys to divide ", heads);
  TORCH_CHECK_VALUE(queries.size(3) == keys.size(3), "expected keys of ", queries.size(3), " features a head, got ",
                    keys.size(3));
  const auto shared = [&](const Tensor& x) { return x.repeat_interleave(heads / keys.size(1), 1).flatten(0, 1); };
  const auto made = masked_attention(queries.flatten(0, 1), shared(keys), shared(values), mask);
  return made.view({n, heads, t, values.size(3)}).transpose(1, 2).flatten(2);
}

}  // namespace
// END SOLUTION

Tensor multi_head_attention(const Tensor& x, const Tensor& context, const AttentionParameters& parameters,
                            int64_t heads, int64_t key_heads, const Tensor& mask) {
  require_features(x, {parameters.output_bias});
  require_features(context, {});
  require_mask(mask, x.size(1), context.size(1));
  // BEGIN SOLUTION multi_head_attention: unflatten and transpose to (n, heads, t, e), repeat_interleave the shared heads
  const auto& p = parameters;
  const auto queries = by_heads(linear(x, p.query, p.query_bias), heads);
  const auto keys = by_heads(linear(context, p.key, p.key_bias), key_heads);
  const auto values = by_heads(linear(context, p.value, p.value_bias), key_heads);
  return linear(attend(queries, keys, values, mask), p.output, p.output_bias);
  // END SOLUTION
}

// BEGIN SOLUTION
namespace {

/// θ_i, (d/2).
Tensor frequencies(int64_t d) {
  TORCH_CHECK_VALUE(d >= 2 && d % 2 == 0, "expected an even number of features, got ", d);
  return torch::pow(kBase, -torch::arange(0, d, 2, torch::kFloat64) / d);
}

}  // namespace
// END SOLUTION

Tensor sinusoidal_positions(int64_t length, int64_t d) {
  TORCH_CHECK_VALUE(length >= 1 && d >= 2 && d % 2 == 0, "expected a length of at least 1 and an even d, got ", length,
                    " and ", d);
  // BEGIN SOLUTION sinusoidal_positions: sines and cosines stand beside each other
  const auto angles = torch::arange(length, torch::kFloat64).unsqueeze(1) * frequencies(d);
  return torch::stack({angles.sin(), angles.cos()}, 2).flatten(1);
  // END SOLUTION
}

Tensor shift_matrix(int64_t d, int64_t shift) {
  TORCH_CHECK_VALUE(d >= 2 && d % 2 == 0, "expected an even d, got ", d);
  // BEGIN SOLUTION shift_matrix: sin(a + b) and cos(a + b), for each pair of columns
  const auto angles = static_cast<double>(shift) * frequencies(d);
  auto M = torch::zeros({d, d}, torch::kFloat64);
  for (int64_t i = 0; i < d / 2; ++i) {
    const double sine = std::sin(angles[i].item<double>()), cosine = std::cos(angles[i].item<double>());
    M[2 * i][2 * i] = M[2 * i + 1][2 * i + 1] = cosine;
    M[2 * i][2 * i + 1] = sine;
    M[2 * i + 1][2 * i] = -sine;
  }
  return M;
  // END SOLUTION
}

Tensor rotate(const Tensor& x, const Tensor& positions) {
  require_features(x, {});
  TORCH_CHECK_VALUE(positions.dim() == 1 && positions.size(0) == x.size(1), "expected ", x.size(1), " positions, got ",
                    positions.sizes());
  // BEGIN SOLUTION rotate: angles in float64, then to the type of x
  const auto angles = positions.to(torch::kFloat64).unsqueeze(1) * frequencies(x.size(2));
  const auto cosine = angles.cos().to(x.scalar_type()), sine = angles.sin().to(x.scalar_type());
  const auto a = x.slice(2, 0, x.size(2), 2), b = x.slice(2, 1, x.size(2), 2);
  return torch::stack({a * cosine - b * sine, a * sine + b * cosine}, 3).flatten(2);
  // END SOLUTION
}

Tensor layer_norm(const Tensor& x, const Tensor& scale, const Tensor& shift, double epsilon) {
  require_features(x, {scale, shift});
  TORCH_CHECK_VALUE(epsilon >= 0, "expected an epsilon of at least 0, got ", epsilon);
  // BEGIN SOLUTION layer_norm
  const auto centred = x - x.mean(-1, /*keepdim=*/true);
  const auto variance = centred.square().mean(-1, /*keepdim=*/true);
  return centred / (variance + epsilon).sqrt() * scale + shift;
  // END SOLUTION
}

Tensor rms_norm(const Tensor& x, const Tensor& scale, double epsilon) {
  require_features(x, {scale});
  TORCH_CHECK_VALUE(epsilon >= 0, "expected an epsilon of at least 0, got ", epsilon);
  // BEGIN SOLUTION rms_norm
  return x / (x.square().mean(-1, /*keepdim=*/true) + epsilon).sqrt() * scale;
  // END SOLUTION
}

// BEGIN SOLUTION
namespace {

Tensor normed(const Tensor& x, const NormParameters& norm) { return layer_norm(x, norm.scale, norm.shift, kEpsilon); }

Tensor fed_forward(const Tensor& x, const FeedForward& layer) {
  return linear(torch::gelu(linear(x, layer.up, layer.up_bias)), layer.down, layer.down_bias);
}

Tensor self_attention(const Tensor& x, const AttentionParameters& parameters, int64_t heads, const Tensor& mask) {
  return multi_head_attention(x, x, parameters, heads, heads, mask);
}

}  // namespace
// END SOLUTION

Tensor block(const Tensor& x, const BlockParameters& parameters, int64_t heads, bool pre_norm,
             const Tensor& mask) {
  require_features(x, {parameters.norm1.scale, parameters.norm2.scale});
  // BEGIN SOLUTION block: torch::gelu is the exact one
  const auto& [norm1, attention, norm2, feed_forward] = parameters;
  if (pre_norm) {
    const auto seen = x + self_attention(normed(x, norm1), attention, heads, mask);
    return seen + fed_forward(normed(seen, norm2), feed_forward);
  }
  const auto seen = normed(x + self_attention(x, attention, heads, mask), norm1);
  return normed(seen + fed_forward(seen, feed_forward), norm2);
  // END SOLUTION
}

Tensor decoder_block(const Tensor& x, const Tensor& memory, const DecoderParameters& parameters,
                     int64_t heads) {
  require_features(x, {parameters.norm1.scale, parameters.norm2.scale, parameters.norm3.scale});
  require_features(memory, {});
  // BEGIN SOLUTION decoder_block
  const auto& [norm1, self, norm2, cross, norm3, feed_forward] = parameters;
  const auto t = x.size(1), s = memory.size(1);
  const auto own = normed(x + self_attention(x, self, heads, causal_mask(t, t)), norm1);
  const auto everything = torch::ones({t, s}, torch::kBool);
  const auto seen = normed(own + multi_head_attention(own, memory, cross, heads, heads, everything), norm2);
  return normed(seen + fed_forward(seen, feed_forward), norm3);
  // END SOLUTION
}

namespace {

/// Given: a shape that can be.
[[maybe_unused]] void require_shape(const ModelShape& shape) {
  const auto& [layers, width, heads, key_heads, hidden, vocabulary, context] = shape;
  TORCH_CHECK_VALUE(std::min({layers, width, heads, key_heads, hidden, vocabulary, context}) >= 1 &&
                        width % heads == 0 && heads % key_heads == 0,
                    "expected sizes of at least 1, a width that heads divide and heads that key_heads divide, got ",
                    width, ", ", heads, " and ", key_heads);
}

}  // namespace

int64_t parameter_count(const ModelShape& shape) {
  require_shape(shape);
  // BEGIN SOLUTION parameter_count: (in + 1) · out for each linear layer, 2 width for each norm
  const auto& [layers, width, heads, key_heads, hidden, vocabulary, context] = shape;
  const auto linear_layer = [](int64_t in, int64_t out) { return (in + 1) * out; };
  const auto keys = width / heads * key_heads;
  const auto attention = 2 * linear_layer(width, width) + 2 * linear_layer(width, keys);
  const auto feed_forward = linear_layer(width, hidden) + linear_layer(hidden, width);
  return layers * (attention + feed_forward + 4 * width) + (vocabulary + context) * width + 2 * width;
  // END SOLUTION
}

// BEGIN SOLUTION
namespace {

/// For one token, in all layers and in the logits.
int64_t linear_flops(const ModelShape& shape) {
  const auto keys = shape.width / shape.heads * shape.key_heads;
  const auto weights = 2 * shape.width * shape.width + 2 * shape.width * keys + 2 * shape.width * shape.hidden;
  return 2 * (shape.layers * weights + shape.vocabulary * shape.width);
}

/// For so many pairs of a query and a key: their score, and the value that it weighs.
int64_t pair_flops(const ModelShape& shape, int64_t pairs) { return 4 * shape.layers * shape.width * pairs; }

}  // namespace
// END SOLUTION

int64_t forward_flops(const ModelShape& shape, int64_t tokens) {
  require_shape(shape);
  TORCH_CHECK_VALUE(tokens >= 1 && tokens <= shape.context, "expected 1 to ", shape.context, " tokens, got ", tokens);
  // BEGIN SOLUTION forward_flops: two for each weight and token, and what all pairs of places cost
  return tokens * linear_flops(shape) + pair_flops(shape, tokens * tokens);
  // END SOLUTION
}

Tensor prefix_mask(int64_t prefix, int64_t total) {
  // BEGIN SOLUTION prefix_mask
  TORCH_CHECK_VALUE(total >= 1 && prefix >= 0 && prefix <= total, "expected a prefix from 0 to total, got ", prefix,
                    " of ", total);
  return causal_mask(total, total).logical_or(torch::arange(total) < prefix);
  // END SOLUTION
}

Tensor reach(const Tensor& masks) {
  TORCH_CHECK_VALUE(masks.dim() == 3 && masks.size(1) == masks.size(2) && masks.scalar_type() == torch::kBool,
                    "expected bool masks of (layers, t, t), got ", masks.sizes(), " ", masks.scalar_type());
  // BEGIN SOLUTION reach: a product of matrices of 0 and 1 counts ways
  const auto itself = torch::eye(masks.size(1), torch::kFloat64);
  auto ways = itself;
  for (const auto& mask : masks.unbind()) ways = (mask.to(torch::kFloat64) + itself).matmul(ways).gt(0).to(torch::kFloat64);
  return ways.gt(0);
  // END SOLUTION
}

int64_t lookahead(const std::function<Tensor(const Tensor&)>& f, const Tensor& x) {
  TORCH_CHECK_VALUE(x.dim() == 2, "expected (t, d), got ", x.sizes());
  // BEGIN SOLUTION lookahead: change one row in a direction that no symmetry of f can hide
  const auto generator = seeded(0);
  const auto y = f(x);
  int64_t furthest = 0;
  for (int64_t j = 1; j < x.size(0); ++j) {
    auto changed = x.clone();
    changed[j] += torch::randn({x.size(1)}, generator, x.options());
    const auto rows = (f(changed) - y).abs().amax(1).gt(1e-9);
    for (int64_t i = 0; i < j; ++i)
      if (rows[i].item<bool>()) furthest = std::max(furthest, j - i);
  }
  return furthest;
  // END SOLUTION
}

Tensor next_token_loss(const Tensor& logits, const Tensor& tokens, int64_t ignored) {
  require_tokens(tokens);
  TORCH_CHECK_VALUE(logits.dim() == 3 && logits.size(0) == tokens.size(0) && logits.size(1) == tokens.size(1),
                    "expected logits of (", tokens.size(0), ", ", tokens.size(1), ", v), got ", logits.sizes());
  // BEGIN SOLUTION next_token_loss: logits 0 … t − 2 meet tokens 1 … t − 1
  const auto t = tokens.size(1);
  const auto targets = tokens.slice(1, 1, t), counted = targets.ne(ignored);
  TORCH_CHECK_VALUE(counted.any().item<bool>(), "expected a place with a next token");
  const auto made = logits.slice(1, 0, t - 1);
  const auto shifted = made - made.amax(-1, /*keepdim=*/true).detach();
  const auto log_sum = shifted.exp().sum(-1).log();
  const auto places = targets.masked_fill(counted.logical_not(), 0).unsqueeze(2);
  const auto losses = log_sum - shifted.gather(2, places).squeeze(2);
  return losses.masked_select(counted).mean();
  // END SOLUTION
}

double bits_per_byte(double nats, int64_t tokens, int64_t bytes) {
  TORCH_CHECK_VALUE(tokens >= 1 && bytes >= 1, "expected at least a token and a byte, got ", tokens, " and ", bytes);
  // BEGIN SOLUTION bits_per_byte: all nats of the text first
  return nats * static_cast<double>(tokens) / (std::log(2.0) * static_cast<double>(bytes));
  // END SOLUTION
}

Tensor token_probabilities(const Tensor& logits, const SamplingOptions& options) {
  TORCH_CHECK_VALUE(logits.dim() == 1 && logits.numel() > 0, "expected logits of (v), got ", logits.sizes());
  const auto [temperature, top_k, top_p] = options;
  TORCH_CHECK_VALUE(temperature >= 0 && top_k >= 0 && top_p > 0 && top_p <= 1,
                    "expected no negative temperature or top_k and a top_p in (0, 1], got ", temperature, ", ", top_k,
                    " and ", top_p);
  // BEGIN SOLUTION token_probabilities: sort them (stable, descending), keep the first few, put them back
  const auto order = torch::argsort(logits, /*stable=*/true, /*dim=*/0, /*descending=*/true);
  if (temperature == 0) return torch::zeros_like(logits).index_fill(0, order.slice(0, 0, 1), 1);
  const auto highest = logits.max();
  const auto weights = ((logits - highest) / temperature).exp().index_select(0, order);
  auto kept = weights / weights.sum();
  if (top_k > 0) kept = kept.slice(0, 0, top_k);
  if (top_p < 1) {
    const auto before = kept.cumsum(0) - kept;
    kept = kept.masked_select(before < top_p * kept.sum());
  }
  return torch::zeros_like(logits).scatter(0, order.slice(0, 0, kept.size(0)), kept / kept.sum());
  // END SOLUTION
}

Tensor generate(const std::function<Tensor(const Tensor&)>& model, const Tensor& prompt, int64_t count,
                int64_t context, const SamplingOptions& options, int64_t seed) {
  TORCH_CHECK_VALUE(prompt.dim() == 1 && prompt.numel() > 0 && prompt.scalar_type() == torch::kLong,
                    "expected int64 tokens of (p), got ", prompt.sizes(), " ", prompt.scalar_type());
  TORCH_CHECK_VALUE(count >= 0 && context >= 1, "expected count >= 0 and context >= 1, got ", count, " and ", context);
  // BEGIN SOLUTION generate: torch::multinomial(p, 1, false, generator) draws
  const auto generator = seeded(seed);
  auto tokens = prompt.clone();
  for (int64_t drawn = 0; drawn < count; ++drawn) {
    const auto seen = tokens.slice(0, std::max<int64_t>(tokens.size(0) - context, 0));
    const auto probabilities = token_probabilities(model(seen)[-1], options);
    tokens = torch::cat({tokens, torch::multinomial(probabilities, 1, /*replacement=*/false, generator)});
  }
  return tokens;
  // END SOLUTION
}

Cached cached_attention(const Tensor& x, const AttentionParameters& parameters, int64_t heads,
                        int64_t key_heads, const Cache& cache) {
  require_features(x, {parameters.output_bias});
  TORCH_CHECK_VALUE(cache.keys.dim() == 4 && cache.keys.size(0) == x.size(0) && cache.keys.size(1) == key_heads &&
                        cache.values.sizes() == cache.keys.sizes(),
                    "expected keys and values of (", x.size(0), ", ", key_heads, ", s, e), got ", cache.keys.sizes(),
                    " and ", cache.values.sizes());
  // BEGIN SOLUTION cached_attention: where in the sequence is the first new token?
  const auto& p = parameters;
  const auto s = cache.keys.size(2), t = x.size(1);
  const auto places = torch::arange(s, s + t);
  const auto turned = [&](const Tensor& features, int64_t count) {
    const auto apart = by_heads(features, count);
    return rotate(apart.flatten(0, 1), places).view(apart.sizes());
  };
  const auto keys = torch::cat({cache.keys, turned(linear(x, p.key, p.key_bias), key_heads)}, 2);
  const auto values = torch::cat({cache.values, by_heads(linear(x, p.value, p.value_bias), key_heads)}, 2);
  const auto queries = turned(linear(x, p.query, p.query_bias), heads);
  const auto seen = attend(queries, keys, values, causal_mask(t, s + t));
  return {linear(seen, p.output, p.output_bias), {keys, values}};
  // END SOLUTION
}

int64_t generation_flops(const ModelShape& shape, int64_t tokens, bool cached) {
  require_shape(shape);
  TORCH_CHECK_VALUE(tokens >= 1 && tokens <= shape.context, "expected 1 to ", shape.context, " tokens, got ", tokens);
  // BEGIN SOLUTION generation_flops: a sum over the steps
  int64_t total = 0;
  for (int64_t i = 1; i <= tokens; ++i)
    total += cached ? linear_flops(shape) + pair_flops(shape, i) : forward_flops(shape, i);
  return total;
  // END SOLUTION
}

// BEGIN SOLUTION
namespace {

/// Parameters are registered in the order of the forward pass; blocks hold them as task 8 takes them.
struct Decoder : LanguageModel {
  explicit Decoder(const ModelOptions& options) : heads(options.heads), generator(seeded(options.seed)) {
    const auto d = options.width;
    const double deviation = 0.02, into_stream = deviation / std::sqrt(2.0 * static_cast<double>(options.layers));
    embedding = normal({options.vocabulary, d}, deviation);
    places = normal({options.context, d}, deviation);
    for (int64_t layer = 0; layer < options.layers; ++layer) {
      BlockParameters b;
      b.norm1 = norm(d);
      std::tie(b.attention.query, b.attention.query_bias) = affine(d, d, deviation);
      std::tie(b.attention.key, b.attention.key_bias) = affine(d, d, deviation);
      std::tie(b.attention.value, b.attention.value_bias) = affine(d, d, deviation);
      std::tie(b.attention.output, b.attention.output_bias) = affine(d, d, into_stream);
      b.norm2 = norm(d);
      std::tie(b.feed_forward.up, b.feed_forward.up_bias) = affine(d, 4 * d, deviation);
      std::tie(b.feed_forward.down, b.feed_forward.down_bias) = affine(4 * d, d, into_stream);
      blocks.push_back(b);
    }
    last = norm(d);
  }

  Tensor forward(const Tensor& tokens) override {
    require_tokens(tokens);
    const auto t = tokens.size(1);
    TORCH_CHECK_VALUE(t <= places.size(0), "expected at most ", places.size(0), " tokens, got ", t);
    auto x = embedding.index_select(0, tokens.flatten()).view({tokens.size(0), t, -1}) + places.slice(0, 0, t);
    const auto mask = causal_mask(t, t);
    for (const auto& parameters : blocks) x = block(x, parameters, heads, /*pre_norm=*/true, mask);
    return normed(x, last).matmul(embedding.t());
  }

 private:
  Tensor registered(const Tensor& value) { return register_parameter("p" + std::to_string(parameters().size()), value); }
  Tensor normal(at::IntArrayRef shape, double deviation) {
    return registered(deviation * torch::randn(shape, generator, torch::kFloat32));
  }
  std::pair<Tensor, Tensor> affine(int64_t in, int64_t out, double deviation) {
    const auto weight = normal({out, in}, deviation);
    return {weight, registered(torch::zeros({out}))};
  }
  NormParameters norm(int64_t d) {
    const auto scale = registered(torch::ones({d}));
    return {scale, registered(torch::zeros({d}))};
  }

  int64_t heads;
  torch::Generator generator;
  Tensor embedding, places;
  std::vector<BlockParameters> blocks;
  NormParameters last;
};

}  // namespace
// END SOLUTION

std::shared_ptr<LanguageModel> make_language_model(const ModelOptions& options) {
  const auto& [vocabulary, context, width, heads, layers, seed] = options;
  TORCH_CHECK_VALUE(std::min({vocabulary, context, width, heads, layers}) >= 1 && seed >= 0 && width % heads == 0,
                    "expected at least 1 of each, a seed of at least 0 and a width that heads divide, got ",
                    vocabulary, ", ", context, ", ", width, ", ", heads, ", ", layers, " and ", seed);
  // BEGIN SOLUTION make_language_model: register_parameter returns the tensor that block can use
  return std::make_shared<Decoder>(options);
  // END SOLUTION
}

std::shared_ptr<LanguageModel> fit_text(const Tensor& text, int64_t vocabulary, int64_t seed) {
  // BEGIN SOLUTION fit_text: make_language_model and train, which is given
  const auto model = make_language_model(
      {.vocabulary = vocabulary, .context = 48, .width = 64, .heads = 4, .layers = 2, .seed = seed});
  train(*model, text, {.steps = 700, .batch_size = 8, .context = 48, .learning_rate = 3e-3, .seed = seed});
  return model;
  // END SOLUTION
}

Tensor induction_head(const Tensor& tokens, int64_t vocabulary, double sharpness) {
  require_tokens(tokens);
  TORCH_CHECK_VALUE(sharpness >= 0 && tokens.min().item<int64_t>() >= 0 && tokens.max().item<int64_t>() < vocabulary,
                    "expected tokens in [0, ", vocabulary, ") and no negative sharpness, got ", sharpness);
  // BEGIN SOLUTION induction_head: torch::one_hot; two softmaxes, each over its mask
  const auto t = tokens.size(1);
  const auto one_hot = torch::one_hot(tokens, vocabulary).to(torch::kFloat64);
  const auto query = torch::arange(t).unsqueeze(1), key = torch::arange(t);
  const auto one_back = sharpness * key.eq(query - 1).to(torch::kFloat64);
  const auto previous = softmax(one_back.masked_fill(key >= query, -kInfinity)).matmul(one_hot);
  const auto matches = sharpness * one_hot.matmul(previous.transpose(1, 2));
  return softmax(matches.masked_fill(key > query, -kInfinity)).matmul(one_hot);
  // END SOLUTION
}

double induction_score(const Tensor& weights, const Tensor& tokens) {
  require_tokens(tokens);
  const auto n = tokens.size(0), t = tokens.size(1);
  TORCH_CHECK_VALUE(weights.sizes() == at::IntArrayRef({n, t, t}), "expected weights of (", n, ", ", t, ", ", t,
                    "), got ", weights.sizes());
  // BEGIN SOLUTION induction_score: (n, t, t) of where the same token was, then one place further
  const auto same = tokens.unsqueeze(2).eq(tokens.unsqueeze(1)).tril(-1);
  const auto places = same.any(2);
  TORCH_CHECK_VALUE(places.any().item<bool>(), "expected a token that comes twice");
  const auto after = same.roll(1, 2);  // the last column is false: nothing comes around
  return (weights * after).sum(2).masked_select(places).mean().item<double>();
  // END SOLUTION
}

Recurrence linear_attention(const Tensor& queries, const Tensor& keys, const Tensor& values,
                            const Tensor& state) {
  require_values(queries, keys, values);
  TORCH_CHECK_VALUE(queries.size(1) == keys.size(1) &&
                        state.sizes() == at::IntArrayRef({keys.size(0), keys.size(2), values.size(2)}),
                    "expected as many keys as queries and a state of (", keys.size(0), ", ", keys.size(2), ", ",
                    values.size(2), "), got ", state.sizes());
  // BEGIN SOLUTION linear_attention: a loop over places, with one state
  auto S = state.clone();
  auto output = torch::empty({queries.size(0), queries.size(1), values.size(2)}, values.options());
  for (int64_t i = 0; i < queries.size(1); ++i) {
    S.baddbmm_(keys.select(1, i).unsqueeze(2), values.select(1, i).unsqueeze(1));
    output.select(1, i).copy_(queries.select(1, i).unsqueeze(1).bmm(S).squeeze(1));
  }
  return {output, S};
  // END SOLUTION
}

HeadMatrices descent_head(int64_t d, int64_t examples, double rate) {
  TORCH_CHECK_VALUE(d >= 1 && examples >= 1, "expected d and examples of at least 1, got ", d, " and ", examples);
  // BEGIN SOLUTION descent_head: what does the sum over examples have to be, and which part of a token makes it?
  auto inputs = torch::eye(d + 1, torch::kFloat64);
  inputs[d][d] = 0;
  const auto target = torch::eye(d + 1, torch::kFloat64) - inputs;
  return {inputs, inputs, target, -rate / static_cast<double>(examples) * target};
  // END SOLUTION
}

double best_rate(int64_t d, int64_t examples, double noise_variance) {
  TORCH_CHECK_VALUE(d >= 1 && examples >= 1 && noise_variance >= 0,
                    "expected d and examples of at least 1 and no negative variance, got ", d, ", ", examples, " and ",
                    noise_variance);
  // BEGIN SOLUTION best_rate: the mean is a parabola in the rate
  const auto n = static_cast<double>(examples);
  return n / (n + static_cast<double>(d) + 1 + noise_variance);
  // END SOLUTION
}

}  // namespace transformer
