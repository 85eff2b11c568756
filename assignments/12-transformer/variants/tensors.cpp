#include "transformer.h"

#include <torch/optim/adam.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <tuple>
#include <vector>

// Index notation, broadcasting and closed forms.
namespace transformer {

namespace {

constexpr double kHidden = -std::numeric_limits<double>::infinity();

/// −∞ where the mask is false, to be added to scores.
Tensor hidden(const Tensor& mask, const Tensor& like) {
  return torch::zeros(mask.sizes(), like.options()).masked_fill_(~mask, kHidden);
}

/// Boltzmann weights of the last dimension; rows of −∞ alone become 0.
Tensor boltzmann(const Tensor& scores) {
  const auto highest = std::get<0>(scores.detach().max(-1, true));
  const auto weights = torch::exp(scores - torch::where(highest.isinf(), torch::zeros_like(highest), highest));
  const auto sum = weights.sum(-1, true);
  return weights / torch::where(sum.eq(0), torch::ones_like(sum), sum);
}

/// (…, t, e), (…, s, e) → (…, t, s).
Tensor overlaps(const Tensor& queries, const Tensor& keys) {
  const double scale = std::pow(static_cast<double>(queries.size(-1)), -0.25);  // half of it to each side
  return torch::einsum("...ta,...sa->...ts", {queries * scale, keys * scale});
}

void same_places(const Tensor& queries, const Tensor& keys, const Tensor& values) {
  TORCH_CHECK_VALUE(queries.dim() == 3 && keys.dim() == 3 && values.dim() == 3, "three dimensions each");
  TORCH_CHECK_VALUE(queries.size(2) == keys.size(2) && keys.size(1) == values.size(1), "keys and values must fit");
}

}  // namespace

Tensor attention_weights(const Tensor& queries, const Tensor& keys) {
  TORCH_CHECK_VALUE(queries.dim() == 3 && keys.dim() == 3 && queries.size(2) == keys.size(2), "keys must fit");
  return boltzmann(overlaps(queries, keys));
}

Tensor attention(const Tensor& queries, const Tensor& keys, const Tensor& values) {
  same_places(queries, keys, values);
  return torch::einsum("nts,nse->nte", {attention_weights(queries, keys), values});
}

Tensor local_mean(const Tensor& X, const Tensor& y, const Tensor& Z, double width) {
  TORCH_CHECK_VALUE(width > 0, "a width must be positive, got ", width);
  TORCH_CHECK_VALUE(X.size(0) == y.size(0) && X.size(1) == Z.size(1), "points must fit");
  const auto squares = ((Z.unsqueeze(1) - X.unsqueeze(0)) / width).square().sum(-1);
  return boltzmann(-squares / 2).matmul(y);
}

double score_variance(int64_t d, const Moments& query, const Moments& key) {
  TORCH_CHECK_VALUE(d >= 1 && query.variance >= 0 && key.variance >= 0, "moments must be those of something");
  const double key_square = key.variance + key.mean * key.mean;
  return static_cast<double>(d) * (query.variance * key_square + query.mean * query.mean * key.variance);
}

Tensor attention_entropy(const Tensor& weights) {
  const auto logarithms = torch::where(weights > 0, weights, torch::ones_like(weights)).log();
  return torch::einsum("nts,nts->nt", {weights, -logarithms});
}

Tensor causal_mask(int64_t t, int64_t s) {
  TORCH_CHECK_VALUE(t >= 1 && s >= t, "too many queries: ", t, " of ", s);
  return torch::ones({t, s}, torch::kBool).tril(s - t);
}

Tensor masked_attention(const Tensor& queries, const Tensor& keys, const Tensor& values, const Tensor& mask) {
  same_places(queries, keys, values);
  TORCH_CHECK_VALUE(mask.size(0) == queries.size(1) && mask.size(1) == keys.size(1), "a mask must fit");
  return boltzmann(overlaps(queries, keys) + hidden(mask, queries)).bmm(values);
}

/// The Jacobian of the softmax as a tensor, diag(a) − a aᵀ.
AttentionGradients attention_gradient(const Tensor& queries, const Tensor& keys, const Tensor& values,
                                      const Tensor& mask, const Tensor& gradient) {
  same_places(queries, keys, values);
  TORCH_CHECK_VALUE(mask.size(0) == queries.size(1) && mask.size(1) == keys.size(1), "a mask must fit");
  TORCH_CHECK_VALUE(gradient.sizes() == at::IntArrayRef({queries.size(0), queries.size(1), values.size(2)}),
                    "a gradient must fit");
  const auto a = boltzmann(overlaps(queries, keys) + hidden(mask, queries));
  const auto jacobian = torch::diag_embed(a) - torch::einsum("ntj,ntl->ntjl", {a, a});
  const auto by_scores = torch::einsum("ntjl,nte,nle->ntj", {jacobian, gradient, values}) *
                         std::pow(static_cast<double>(queries.size(2)), -0.5);
  return {torch::einsum("nts,nsd->ntd", {by_scores, keys}), torch::einsum("nts,ntd->nsd", {by_scores, queries}),
          torch::einsum("nts,nte->nse", {a, gradient})};
}

namespace {

/// Queries (n, t, g, h/g, e), keys and values (n, s, g, e).
Tensor grouped(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& mask) {
  const auto scores = torch::einsum("ntghe,nsge->nghts", {q, k}) / std::sqrt(static_cast<double>(q.size(-1)));
  return torch::einsum("nghts,nsge->ntghe", {boltzmann(scores + hidden(mask, q)), v}).flatten(2);
}

struct Three {
  Tensor queries, keys, values;
};

Three projected(const Tensor& x, const Tensor& context, const AttentionParameters& p, int64_t heads, int64_t key_heads) {
  TORCH_CHECK_VALUE(heads > 0 && key_heads > 0 && heads % key_heads == 0, "key_heads must divide heads");
  TORCH_CHECK_VALUE(p.query.size(0) % heads == 0, "heads must divide the rows of the layer");
  const auto e = p.query.size(0) / heads;
  TORCH_CHECK_VALUE(p.key.size(0) == e * key_heads, "keys must have as many features as queries");
  return {torch::linear(x, p.query, p.query_bias).unflatten(2, {key_heads, heads / key_heads, e}),
          torch::linear(context, p.key, p.key_bias).unflatten(2, {key_heads, e}),
          torch::linear(context, p.value, p.value_bias).unflatten(2, {key_heads, e})};
}

}  // namespace

Tensor multi_head_attention(const Tensor& x, const Tensor& context, const AttentionParameters& p, int64_t heads,
                            int64_t key_heads, const Tensor& mask) {
  TORCH_CHECK_VALUE(mask.size(0) == x.size(1) && mask.size(1) == context.size(1), "a mask must fit");
  const auto [q, k, v] = projected(x, context, p, heads, key_heads);
  return torch::linear(grouped(q, k, v, mask), p.output, p.output_bias);
}

namespace {

Tensor phases(const Tensor& places, int64_t d) {
  TORCH_CHECK_VALUE(d > 0 && d % 2 == 0, "an even number of features, got ", d);
  const auto exponents = torch::linspace(0, static_cast<double>(d - 2) / static_cast<double>(d), d / 2, torch::kFloat64);
  return torch::outer(places.to(torch::kFloat64), torch::exp(-std::log(kBase) * exponents));
}

}  // namespace

Tensor sinusoidal_positions(int64_t length, int64_t d) {
  TORCH_CHECK_VALUE(length >= 1, "a length of at least 1");
  auto made = torch::empty({length, d}, torch::kFloat64);
  const auto angles = phases(torch::arange(length), d);
  made.slice(1, 0, d, 2).copy_(angles.sin());
  made.slice(1, 1, d, 2).copy_(angles.cos());
  return made;
}

Tensor shift_matrix(int64_t d, int64_t shift) {
  const auto angles = phases(torch::full({1}, shift, torch::kLong), d)[0];
  const auto cosines = torch::stack({angles.cos(), angles.cos()}, 1).flatten();
  const auto sines = torch::stack({angles.sin(), torch::zeros_like(angles)}, 1).flatten().slice(0, 0, d - 1);
  return torch::diag(cosines) + torch::diag(sines, 1) - torch::diag(sines, -1);
}

/// x cos + (x turned by a quarter) sin.
Tensor rotate(const Tensor& x, const Tensor& positions) {
  TORCH_CHECK_VALUE(positions.size(0) == x.size(1), "a place for each row");
  const auto angles = phases(positions, x.size(2)).repeat_interleave(2, 1);
  const auto pairs = x.unflatten(2, {x.size(2) / 2, 2});
  const auto quarter = torch::stack({-pairs.select(3, 1), pairs.select(3, 0)}, 3).flatten(2);
  return x * angles.cos().to(x.dtype()) + quarter * angles.sin().to(x.dtype());
}

Tensor layer_norm(const Tensor& x, const Tensor& scale, const Tensor& shift, double epsilon) {
  TORCH_CHECK_VALUE(epsilon >= 0 && scale.size(0) == x.size(2) && shift.size(0) == x.size(2), "features must fit");
  const auto [variance, mean] = torch::var_mean(x, at::IntArrayRef{2}, /*unbiased=*/false, /*keepdim=*/true);
  return torch::addcmul(shift, (x - mean) * torch::rsqrt(variance + epsilon), scale);
}

Tensor rms_norm(const Tensor& x, const Tensor& scale, double epsilon) {
  TORCH_CHECK_VALUE(epsilon >= 0 && scale.size(0) == x.size(2), "features must fit");
  const auto square = torch::einsum("nta,nta->nt", {x, x}) / x.size(2);
  return torch::einsum("nta,a,nt->nta", {x, scale, (square + epsilon).rsqrt()});
}

namespace {

Tensor fed(const Tensor& x, const FeedForward& f) {
  return torch::linear(torch::gelu(torch::linear(x, f.up, f.up_bias), "none"), f.down, f.down_bias);
}

Tensor normed(const Tensor& x, const NormParameters& p) { return layer_norm(x, p.scale, p.shift, kEpsilon); }

}  // namespace

Tensor block(const Tensor& x, const BlockParameters& p, int64_t heads, bool pre_norm, const Tensor& mask) {
  const auto attended = [&](const Tensor& y) { return multi_head_attention(y, y, p.attention, heads, heads, mask); };
  const auto half = pre_norm ? x + attended(normed(x, p.norm1)) : normed(x + attended(x), p.norm1);
  return pre_norm ? half + fed(normed(half, p.norm2), p.feed_forward) : normed(half + fed(half, p.feed_forward), p.norm2);
}

Tensor decoder_block(const Tensor& x, const Tensor& memory, const DecoderParameters& p, int64_t heads) {
  const auto past = torch::ones({x.size(1), x.size(1)}, torch::kBool).tril();
  const auto all = torch::ones({x.size(1), memory.size(1)}, torch::kBool);
  const auto first = normed(x + multi_head_attention(x, x, p.self, heads, heads, past), p.norm1);
  const auto second = normed(first + multi_head_attention(first, memory, p.cross, heads, heads, all), p.norm2);
  return normed(second + fed(second, p.feed_forward), p.norm3);
}

namespace {

int64_t features_of_keys(const ModelShape& s) {
  TORCH_CHECK_VALUE(s.layers > 0 && s.width > 0 && s.heads > 0 && s.key_heads > 0 && s.hidden > 0 && s.vocabulary > 0 &&
                        s.context > 0 && s.width % s.heads == 0 && s.heads % s.key_heads == 0,
                    "no such model");
  return s.width * s.key_heads / s.heads;
}

int64_t weights_of_a_block(const ModelShape& s) {
  return 2 * s.width * (s.width + features_of_keys(s) + s.hidden);
}

}  // namespace

int64_t parameter_count(const ModelShape& s) {
  const auto biases = 2 * features_of_keys(s) + 3 * s.width + s.hidden, norms = 4 * s.width;
  return s.layers * (weights_of_a_block(s) + biases + norms) + s.width * (s.vocabulary + s.context + 2);
}

int64_t forward_flops(const ModelShape& s, int64_t tokens) {
  const auto once = s.layers * weights_of_a_block(s) + s.vocabulary * s.width;
  TORCH_CHECK_VALUE(tokens > 0 && tokens <= s.context, "tokens must fit into the context");
  return 2 * tokens * (once + 2 * s.layers * s.width * tokens);
}

Tensor prefix_mask(int64_t prefix, int64_t total) {
  TORCH_CHECK_VALUE(prefix >= 0 && total >= std::max<int64_t>(prefix, 1), "a prefix must fit");
  auto mask = torch::ones({total, total}, torch::kBool).tril();
  mask.slice(1, 0, prefix).fill_(true);
  return mask;
}

Tensor reach(const Tensor& masks) {
  auto reached = torch::eye(masks.size(1), torch::kBool);
  for (int64_t l = 0; l < masks.size(0); ++l) {
    // i reaches j if it does so itself or looks at a k that does.
    const auto ways = masks[l].unsqueeze(2).logical_and(reached.unsqueeze(0));
    reached = reached.logical_or(ways.any(1));
  }
  return reached;
}

/// Numbers that no symmetry knows: sines of the places of features.
int64_t lookahead(const std::function<Tensor(const Tensor&)>& f, const Tensor& x) {
  const auto t = x.size(0);
  const auto noise = torch::sin(torch::arange(1, x.size(1) + 1, torch::kFloat64).square() * 1.7 + 0.3);
  const auto base = f(x);
  auto seen = torch::zeros({t, t}, torch::kBool);
  for (int64_t j = 0; j < t; ++j)
    seen.select(1, j).copy_((f(torch::cat({x.slice(0, 0, j), (x[j] + noise).unsqueeze(0), x.slice(0, j + 1)})) - base)
                                .abs().amax(1) > 1e-9);
  const auto ahead = torch::arange(t) - torch::arange(t).unsqueeze(1);
  return (ahead * seen).clamp_min(0).max().item<int64_t>();
}

Tensor next_token_loss(const Tensor& logits, const Tensor& tokens, int64_t ignored) {
  const auto v = logits.size(2);
  const auto z = logits.slice(1, 0, -1).reshape({-1, v});
  const auto targets = tokens.slice(1, 1).reshape({-1});
  const auto rows = (targets != ignored).nonzero().flatten();
  TORCH_CHECK_VALUE(rows.numel() > 0, "nothing to predict");
  const auto kept = z.index_select(0, rows);
  const auto shifted = kept - std::get<0>(kept.detach().max(1, true));
  const auto one_hot = torch::one_hot(targets.index_select(0, rows), v).to(z.dtype());
  return (shifted.exp().sum(1).log() - torch::einsum("iv,iv->i", {shifted, one_hot})).mean();
}

double bits_per_byte(double nats, int64_t tokens, int64_t bytes) {
  TORCH_CHECK_VALUE(tokens > 0 && bytes > 0, "a text must have tokens and bytes");
  return std::log2(std::exp(1.0)) * nats * (static_cast<double>(tokens) / static_cast<double>(bytes));
}

Tensor token_probabilities(const Tensor& logits, const SamplingOptions& o) {
  TORCH_CHECK_VALUE(o.temperature >= 0 && o.top_k >= 0 && o.top_p > 0 && o.top_p <= 1, "no such dial");
  const auto v = logits.size(0);
  // The rank of each token: how many are larger, or equal and before it.
  const auto above = logits.unsqueeze(0) > logits.unsqueeze(1);
  const auto tied = (logits.unsqueeze(0) == logits.unsqueeze(1)).tril(-1);
  const auto rank = above.logical_or(tied).sum(1);
  if (o.temperature == 0) return (rank == 0).to(logits.dtype());
  auto p = boltzmann((logits - logits.max()) / o.temperature);
  if (o.top_k > 0) p = p * (rank < o.top_k);
  if (o.top_p < 1) {
    const auto before = (above.logical_or(tied).to(p.dtype()) * p.unsqueeze(0)).sum(1);
    p = p * (before < o.top_p * p.sum());
  }
  return v == 1 ? torch::ones_like(p) : p / p.sum();
}

/// By the largest of p/exponential numbers.
Tensor generate(const std::function<Tensor(const Tensor&)>& model, const Tensor& prompt, int64_t count, int64_t context,
                const SamplingOptions& options, int64_t seed) {
  TORCH_CHECK_VALUE(count >= 0 && context >= 1, "no such text");
  const auto generator = torch::make_generator<torch::CPUGeneratorImpl>(static_cast<std::uint64_t>(seed));
  auto text = torch::cat({prompt, torch::zeros({count}, torch::kLong)});
  for (int64_t i = prompt.size(0); i < text.size(0); ++i) {
    const auto p = token_probabilities(model(text.slice(0, std::max<int64_t>(0, i - context), i).clone()).select(0, -1), options);
    const auto waits = -torch::log1p(-torch::rand(p.sizes(), generator, torch::kFloat64));
    text[i] = (p / waits.clamp_min(1e-300)).argmax();
  }
  return text;
}

Cached cached_attention(const Tensor& x, const AttentionParameters& p, int64_t heads, int64_t key_heads, const Cache& cache) {
  const auto [q, k, v] = projected(x, x, p, heads, key_heads);
  const auto n = x.size(0), t = x.size(1), s = cache.keys.size(2);
  const auto places = torch::arange(s, s + t);
  const auto turned = [&](const Tensor& y) {  // (n, t, …, e)
    const auto rows = y.reshape({n, t, -1, y.size(-1)}).transpose(1, 2).flatten(0, 1);
    return rotate(rows, places).view({n, -1, t, y.size(-1)}).transpose(1, 2).reshape(y.sizes());
  };
  const auto keys = torch::cat({cache.keys.transpose(1, 2), turned(k)}, 1), values = torch::cat({cache.values.transpose(1, 2), v}, 1);
  const auto mask = torch::arange(s + t).unsqueeze(0) <= places.unsqueeze(1);
  const auto output = torch::linear(grouped(turned(q), keys, values, mask), p.output, p.output_bias);
  return {output, {keys.transpose(1, 2).contiguous(), values.transpose(1, 2).contiguous()}};
}

int64_t generation_flops(const ModelShape& s, int64_t tokens, bool cached) {
  auto total = forward_flops(s, tokens);
  const auto once = 2 * (s.layers * weights_of_a_block(s) + s.vocabulary * s.width);
  if (cached) return tokens * once + 2 * s.layers * s.width * tokens * (tokens + 1);
  for (int64_t i = 1; i < tokens; ++i) total += forward_flops(s, i);
  return total;
}

namespace {

/// All in one list, so that the order is the header's.
struct Model : LanguageModel {
  explicit Model(const ModelOptions& o) : o(o) {
    const auto generator = torch::make_generator<torch::CPUGeneratorImpl>(static_cast<std::uint64_t>(o.seed));
    const auto d = o.width;
    const auto gaussian = [&](int64_t rows, int64_t columns, double deviation) {
      return register_parameter("w" + std::to_string(names++), torch::empty({rows, columns}).normal_(0, deviation, generator));
    };
    const auto vector = [&](double value, int64_t size) {
      return register_parameter("v" + std::to_string(names++), torch::full({size}, value));
    };
    const double branch = 0.02 * std::pow(2.0 * static_cast<double>(o.layers), -0.5);
    tokens_ = gaussian(o.vocabulary, d, 0.02);
    places_ = gaussian(o.context, d, 0.02);
    for (int64_t l = 0; l < o.layers; ++l) {
      const NormParameters norm1{vector(1, d), vector(0, d)};
      const AttentionParameters attention{gaussian(d, d, 0.02), vector(0, d), gaussian(d, d, 0.02), vector(0, d),
                                          gaussian(d, d, 0.02), vector(0, d), gaussian(d, d, branch), vector(0, d)};
      const NormParameters norm2{vector(1, d), vector(0, d)};
      const FeedForward forward{gaussian(4 * d, d, 0.02), vector(0, 4 * d), gaussian(d, 4 * d, branch), vector(0, d)};
      blocks.push_back({norm1, attention, norm2, forward});
    }
    last = {vector(1, d), vector(0, d)};
  }
  Tensor forward(const Tensor& tokens) override {
    const auto t = tokens.size(1);
    TORCH_CHECK_VALUE(t <= o.context, "a text of ", t, " tokens does not fit into ", o.context);
    auto x = torch::embedding(tokens_, tokens) + torch::embedding(places_, torch::arange(t));
    for (const auto& p : blocks) x = block(x, p, o.heads, true, causal_mask(t, t));
    return torch::einsum("ntd,vd->ntv", {normed(x, last), tokens_});
  }
  ModelOptions o;
  int64_t names = 0;
  Tensor tokens_, places_;
  std::vector<BlockParameters> blocks;
  NormParameters last;
};

}  // namespace

std::shared_ptr<LanguageModel> make_language_model(const ModelOptions& o) {
  TORCH_CHECK_VALUE(std::min({o.vocabulary, o.context, o.width, o.heads, o.layers}) > 0 && o.seed >= 0 && o.width % o.heads == 0,
                    "no such model");
  return std::make_shared<Model>(o);
}

std::shared_ptr<LanguageModel> fit_text(const Tensor& text, int64_t vocabulary, int64_t seed) {
  const auto model = make_language_model({.vocabulary = vocabulary, .context = 48, .width = 64, .heads = 4, .layers = 2, .seed = seed});
  torch::optim::Adam adam(model->parameters(), torch::optim::AdamOptions(3e-3).betas({0.9, 0.99}));
  const auto generator = torch::make_generator<torch::CPUGeneratorImpl>(static_cast<std::uint64_t>(seed + 1));
  const int64_t steps = 700;
  for (int64_t step = 0; step < steps; ++step) {
    const double progress = static_cast<double>(step + 1) / static_cast<double>(steps + 1);
    static_cast<torch::optim::AdamOptions&>(adam.param_groups()[0].options())
        .lr(3e-3 * std::min(10 * progress, (1 - progress) / 0.9));
    const auto pieces = text.unfold(0, 49, 1);
    const auto batch = pieces.index_select(0, torch::randint(pieces.size(0), {8}, generator, torch::kLong));
    const auto logits = torch::constant_pad_nd(model->forward(batch.slice(1, 0, 48)), {0, 0, 0, 1});
    adam.zero_grad();
    next_token_loss(logits, batch, -1).backward();
    adam.step();
  }
  return model;
}

Tensor induction_head(const Tensor& tokens, int64_t vocabulary, double sharpness) {
  TORCH_CHECK_VALUE(sharpness >= 0 && (tokens >= 0).all().item<bool>() && (tokens < vocabulary).all().item<bool>(), "no such token");
  const auto t = tokens.size(1);
  const auto e = torch::one_hot(tokens, vocabulary).to(torch::kFloat64);
  const auto ones = torch::ones({t, t}, torch::kBool);
  const auto one_back = sharpness * torch::diag(torch::ones({t - 1}, torch::kFloat64), -1);
  const auto notes = torch::einsum("ij,njv->niv", {boltzmann(one_back + hidden(ones.tril(-1), one_back)), e});
  const auto scores = sharpness * torch::einsum("niv,njv->nij", {e, notes});
  return torch::einsum("nij,njv->niv", {boltzmann(scores + hidden(ones.tril(), scores)), e});
}

double induction_score(const Tensor& weights, const Tensor& tokens) {
  const auto t = tokens.size(1);
  const auto earlier = tokens.unsqueeze(2).eq(tokens.unsqueeze(1)).logical_and(torch::ones({t, t}, torch::kBool).tril(-1));
  const auto counted = earlier.any(2).to(torch::kFloat64);
  TORCH_CHECK_VALUE(counted.sum().item<double>() > 0, "no token comes twice");
  const auto found = (weights.slice(2, 1) * earlier.slice(2, 0, t - 1)).sum();
  return found.item<double>() / counted.sum().item<double>();
}

/// In chunks of 64 places: a masked sum within, the state for what came before.
Recurrence linear_attention(const Tensor& queries, const Tensor& keys, const Tensor& values, const Tensor& state) {
  TORCH_CHECK_VALUE(queries.sizes() == keys.sizes() && keys.size(1) == values.size(1), "keys and values must fit");
  auto S = state;
  std::vector<Tensor> outputs;
  for (int64_t from = 0; from < queries.size(1); from += 64) {
    const auto part = [&](const Tensor& x) { return x.slice(1, from, std::min(from + 64, x.size(1))); };
    const auto q = part(queries), k = part(keys), v = part(values);
    outputs.push_back(q.bmm(S) + q.bmm(k.transpose(1, 2)).tril().bmm(v));
    S = S + k.transpose(1, 2).bmm(v);
  }
  return {torch::cat(outputs, 1), S.clone()};
}

HeadMatrices descent_head(int64_t d, int64_t examples, double rate) {
  TORCH_CHECK_VALUE(d > 0 && examples > 0, "nothing to learn from");
  const auto x = torch::diag(torch::cat({torch::ones({d}, torch::kFloat64), torch::zeros({1}, torch::kFloat64)}));
  const auto y = torch::eye(d + 1, torch::kFloat64) - x;
  const double root = std::sqrt(std::abs(rate) / static_cast<double>(examples)), sign = rate < 0 ? 1 : -1;
  return {root * x, root * x, y, sign * y};
}

double best_rate(int64_t d, int64_t examples, double noise_variance) {
  TORCH_CHECK_VALUE(d > 0 && examples > 0 && noise_variance >= 0, "nothing to learn from");
  const double n = static_cast<double>(examples);
  return 1.0 - (static_cast<double>(d) + 1.0 + noise_variance) / (n + static_cast<double>(d) + 1.0 + noise_variance);
}

}  // namespace transformer
