#include "transformer.h"

#include <torch/csrc/autograd/autograd.h>
#include <torch/nn/modules/linear.h>
#include <torch/optim/adam.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <utility>
#include <vector>

// Derivatives by autograd, masks as factors, modules of LibTorch where they are allowed.
namespace transformer {

namespace {

#define EXPECT(holds) TORCH_CHECK_VALUE(holds, "expected " #holds)

/// Factors of 0 and 1 behind exp; what is hidden is lowered first, so that it cannot overflow.
Tensor weights_of(const Tensor& scores, const Tensor& mask) {
  const auto factor = mask.to(scores.scalar_type());
  const auto lowest = scores.detach().min();
  const auto highest = torch::where(mask, scores.detach(), lowest).amax(-1, true);
  const auto e = torch::where(mask, scores - highest, torch::zeros({}, scores.options())).exp() * factor;
  const auto sum = e.sum(-1, true);
  return e / (sum + sum.eq(0));
}

Tensor all_of(int64_t t, int64_t s) { return torch::ones({t, s}, torch::kByte).to(torch::kBool); }

Tensor attend(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& mask) {
  EXPECT(q.size(-1) == k.size(-1) && k.size(-2) == v.size(-2));
  EXPECT(mask.size(0) == q.size(-2) && mask.size(1) == k.size(-2));
  const auto scores = q.div(std::sqrt(static_cast<double>(q.size(-1)))).matmul(k.mT());
  return weights_of(scores, mask).matmul(v);
}

/// An even polynomial of the places, for complex numbers: e^(i p θ).
Tensor phases(const Tensor& places, int64_t d) {
  EXPECT(d > 0 && d % 2 == 0);
  const auto pairs = torch::arange(d / 2, torch::kFloat64) * 2;
  const auto angles = places.to(torch::kFloat64).unsqueeze(1) * torch::exp2(pairs * (-std::log2(kBase) / static_cast<double>(d)));
  return torch::complex(angles.cos(), angles.sin());
}

Tensor pairs_as_complex(const Tensor& x) {
  return torch::complex(x.slice(-1, 0, x.size(-1), 2), x.slice(-1, 1, x.size(-1), 2));
}

}  // namespace

Tensor attention_weights(const Tensor& queries, const Tensor& keys) {
  EXPECT(queries.dim() == 3 && keys.dim() == 3 && queries.size(2) == keys.size(2));
  const auto scores = queries.bmm(keys.transpose(1, 2)).div(std::sqrt(static_cast<double>(keys.size(2))));
  return weights_of(scores, all_of(queries.size(1), keys.size(1)));
}

Tensor attention(const Tensor& queries, const Tensor& keys, const Tensor& values) {
  return attend(queries, keys, values, all_of(queries.size(1), keys.size(1)));
}

Tensor local_mean(const Tensor& X, const Tensor& y, const Tensor& Z, double width) {
  EXPECT(width > 0 && X.size(0) == y.size(0) && X.size(1) == Z.size(1));
  const auto exponents = -torch::cdist(Z, X, 2, 2).div(width).square().div(2);
  return weights_of(exponents, all_of(Z.size(0), X.size(0))).mv(y);
}

double score_variance(int64_t d, const Moments& q, const Moments& k) {
  EXPECT(d >= 1 && q.variance >= 0 && k.variance >= 0);
  const double square = std::fma(q.variance, k.variance, q.variance * k.mean * k.mean + k.variance * q.mean * q.mean);
  return square * static_cast<double>(d);
}

/// The derivative of −Σ a^p by p at 1.
Tensor attention_entropy(const Tensor& weights) {
  return -(weights * weights.clamp_min(1e-300).log()).sum(2);
}

Tensor causal_mask(int64_t t, int64_t s) {
  EXPECT(t >= 1 && t <= s);
  return torch::ones({s, s}, torch::kBool).triu().t().slice(0, s - t).contiguous();
}

Tensor masked_attention(const Tensor& queries, const Tensor& keys, const Tensor& values, const Tensor& mask) {
  return attend(queries, keys, values, mask);
}

AttentionGradients attention_gradient(const Tensor& queries, const Tensor& keys, const Tensor& values,
                                      const Tensor& mask, const Tensor& gradient) {
  const torch::AutoGradMode with(true);
  std::vector<Tensor> leaves;
  for (const auto& one : {queries, keys, values}) leaves.push_back(one.detach().clone().requires_grad_());
  const auto y = attend(leaves[0], leaves[1], leaves[2], mask);
  EXPECT(y.sizes() == gradient.sizes());
  const auto slopes = torch::autograd::grad({y}, leaves, {gradient});
  return {slopes[0].detach(), slopes[1].detach(), slopes[2].detach()};
}

Tensor multi_head_attention(const Tensor& x, const Tensor& context, const AttentionParameters& p, int64_t heads,
                            int64_t key_heads, const Tensor& mask) {
  EXPECT(heads >= 1 && key_heads >= 1 && heads % key_heads == 0);
  EXPECT(p.query.size(0) % heads == 0 && p.key.size(0) % key_heads == 0);
  const auto q = torch::linear(x, p.query, p.query_bias).chunk(heads, 2);
  const auto k = torch::linear(context, p.key, p.key_bias).chunk(key_heads, 2);
  const auto v = torch::linear(context, p.value, p.value_bias).chunk(key_heads, 2);
  // The output layer is a sum over heads.
  const auto layers = p.output.chunk(heads, 1);
  auto y = p.output_bias;
  for (int64_t h = 0; h < heads; ++h) {
    const auto g = h * key_heads / heads;
    y = y + attend(q[h], k[g], v[g], mask).matmul(layers[h].t());
  }
  return y;
}

Tensor sinusoidal_positions(int64_t length, int64_t d) {
  EXPECT(length >= 1);
  const auto turned = phases(torch::arange(length), d);
  return torch::stack({torch::imag(turned), torch::real(turned)}, -1).view({length, d});
}

/// From its own definition: places 0 … d − 1 are d vectors, and so are those that are shifted.
Tensor shift_matrix(int64_t d, int64_t shift) {
  auto M = torch::eye(d, torch::kFloat64);
  EXPECT(d % 2 == 0 && d > 0);
  const auto turned = phases(torch::full({1}, shift, torch::kLong), d)[0];
  for (int64_t i = 0; i < d; i += 2) {
    const auto c = torch::real(turned)[i / 2], s = torch::imag(turned)[i / 2];
    M.slice(0, i, i + 2).slice(1, i, i + 2).copy_(torch::stack({c, s, -s, c}).view({2, 2}));
  }
  return M;
}

Tensor rotate(const Tensor& x, const Tensor& positions) {
  EXPECT(x.size(2) % 2 == 0 && positions.size(0) == x.size(1));
  const auto turned = pairs_as_complex(x.to(torch::kFloat64)) * phases(positions, x.size(2));
  return torch::view_as_real(turned).flatten(2).to(x.scalar_type());
}

Tensor layer_norm(const Tensor& x, const Tensor& scale, const Tensor& shift, double epsilon) {
  EXPECT(epsilon >= 0 && scale.size(0) == x.size(2) && shift.size(0) == x.size(2));
  const auto d = x.size(2);
  const auto centre = torch::eye(d, x.options()) - 1.0 / static_cast<double>(d);  // a projection
  const auto centred = (x - x.select(2, 0).unsqueeze(2).detach()).matmul(centre);
  const auto radius = (centred.square().sum(2, true) / d + epsilon).sqrt();
  return scale * (centred / radius) + shift;
}

Tensor rms_norm(const Tensor& x, const Tensor& scale, double epsilon) {
  EXPECT(epsilon >= 0 && scale.size(0) == x.size(2));
  return scale * x / torch::sqrt(x.pow(2).mean(2).unsqueeze(2) + epsilon);
}

namespace {

Tensor fed(const Tensor& x, const FeedForward& f) {
  const auto z = torch::linear(x, f.up, f.up_bias);
  return torch::linear(z * 0.5 * torch::erfc(z * -M_SQRT1_2), f.down, f.down_bias);
}

Tensor around(const Tensor& x, bool pre, const NormParameters& norm, const std::function<Tensor(const Tensor&)>& branch) {
  const auto normed = [&](const Tensor& y) { return layer_norm(y, norm.scale, norm.shift, kEpsilon); };
  return pre ? x + branch(normed(x)) : normed(x + branch(x));
}

}  // namespace

Tensor block(const Tensor& x, const BlockParameters& p, int64_t heads, bool pre_norm, const Tensor& mask) {
  const auto seen = around(x, pre_norm, p.norm1, [&](const Tensor& y) {
    return multi_head_attention(y, y, p.attention, heads, heads, mask);
  });
  return around(seen, pre_norm, p.norm2, [&](const Tensor& y) { return fed(y, p.feed_forward); });
}

Tensor decoder_block(const Tensor& x, const Tensor& memory, const DecoderParameters& p, int64_t heads) {
  auto y = around(x, false, p.norm1, [&](const Tensor& z) {
    return multi_head_attention(z, z, p.self, heads, heads, causal_mask(z.size(1), z.size(1)));
  });
  y = around(y, false, p.norm2, [&](const Tensor& z) {
    return multi_head_attention(z, memory, p.cross, heads, heads, all_of(z.size(1), memory.size(1)));
  });
  return around(y, false, p.norm3, [&](const Tensor& z) { return fed(z, p.feed_forward); });
}

namespace {

/// (out, in) of the linear layers of a block.
std::vector<std::pair<int64_t, int64_t>> layers_of(const ModelShape& s) {
  EXPECT(std::min({s.layers, s.width, s.heads, s.key_heads, s.hidden, s.vocabulary, s.context}) >= 1);
  EXPECT(s.width % s.heads == 0 && s.heads % s.key_heads == 0);
  const auto keys = s.width / s.heads * s.key_heads;
  return {{s.width, s.width}, {keys, s.width}, {keys, s.width}, {s.width, s.width}, {s.hidden, s.width}, {s.width, s.hidden}};
}

}  // namespace

int64_t parameter_count(const ModelShape& s) {
  int64_t block = 4 * s.width;
  for (const auto& [out, in] : layers_of(s)) block += out * in + out;
  return s.layers * block + s.width * (s.vocabulary + s.context) + 2 * s.width;
}

int64_t forward_flops(const ModelShape& s, int64_t tokens) {
  EXPECT(tokens >= 1 && tokens <= s.context);
  int64_t pairs = s.vocabulary * s.width * tokens;
  for (const auto& [out, in] : layers_of(s)) pairs += s.layers * out * in * tokens;
  pairs += s.layers * tokens * tokens * s.width * 2;
  return 2 * pairs;
}

Tensor prefix_mask(int64_t prefix, int64_t total) {
  EXPECT(prefix >= 0 && prefix <= total && total >= 1);
  const auto place = torch::arange(total);
  return place.unsqueeze(0) < place.add(1).clamp_min(prefix).unsqueeze(1);
}

/// Where a derivative of a stack of random positive layers is not 0.
Tensor reach(const Tensor& masks) {
  auto slope = torch::eye(masks.size(1), torch::kFloat64);
  for (const auto& mask : masks.unbind(0)) {
    slope = slope + mask.to(torch::kFloat64).matmul(slope);
    slope = slope / slope.amax(1, true).clamp_min(1);
    slope = slope.gt(0).to(torch::kFloat64);
  }
  return slope.gt(0.5);
}

int64_t lookahead(const std::function<Tensor(const Tensor&)>& f, const Tensor& x) {
  const auto before = f(x);
  std::set<int64_t> distances{0};
  for (int64_t j = 1; j < x.size(0); ++j) {
    const auto row = torch::linspace(-1.3, 1.1, x.size(1), torch::kFloat64).exp().roll(1);
    const auto after = f(x.index_fill(0, torch::tensor({j}), 0) + torch::zeros_like(x).index_copy(0, torch::tensor({j}), (row - 0.37).unsqueeze(0)));
    const auto moved = (after - before).abs().sum(1).slice(0, 0, j).gt(1e-9).nonzero();
    if (moved.numel() > 0) distances.insert(j - moved.min().item<int64_t>());
  }
  return *distances.rbegin();
}

Tensor next_token_loss(const Tensor& logits, const Tensor& tokens, int64_t ignored) {
  EXPECT(logits.size(0) == tokens.size(0) && logits.size(1) == tokens.size(1));
  const auto t = tokens.size(1);
  const auto next = tokens.narrow(1, 1, t - 1);
  const auto counted = (next != ignored);
  EXPECT(counted.any().item<bool>());
  const auto z = logits.narrow(1, 0, t - 1).masked_select(counted.unsqueeze(2)).view({-1, logits.size(2)});
  const auto targets = next.masked_select(counted).unsqueeze(1);
  // −ln p = ln Σ e^(z − z_target)
  const auto differences = z - z.gather(1, targets);
  const auto highest = differences.detach().amax(1, true);
  return ((differences - highest).exp().sum(1).log() + highest.squeeze(1)).mean();
}

double bits_per_byte(double nats, int64_t tokens, int64_t bytes) {
  EXPECT(tokens > 0 && bytes > 0);
  return nats * static_cast<double>(tokens) / static_cast<double>(bytes) * M_LOG2E;
}

Tensor token_probabilities(const Tensor& logits, const SamplingOptions& o) {
  EXPECT(o.temperature >= 0 && o.top_k >= 0 && o.top_p > 0 && o.top_p <= 1);
  const auto v = logits.size(0);
  if (o.temperature == 0) return torch::one_hot((logits == logits.max()).to(torch::kLong).argmax(), v).to(logits.scalar_type());
  const auto [sorted, order] = torch::sort(logits, /*stable=*/true, 0, /*descending=*/true);
  auto p = ((sorted - sorted[0]) / o.temperature).exp();
  if (o.top_k > 0 && o.top_k < v) p.slice(0, o.top_k).zero_();
  p = p / p.sum();
  double sum = 0;
  for (int64_t i = 0; i < v; ++i) {
    if (sum >= o.top_p && o.top_p < 1) p[i] = 0;
    sum += p[i].item<double>();
  }
  auto back = torch::empty_like(p);
  back.index_copy_(0, order, p / p.sum());
  return back;
}

Tensor generate(const std::function<Tensor(const Tensor&)>& model, const Tensor& prompt, int64_t count, int64_t context,
                const SamplingOptions& options, int64_t seed) {
  EXPECT(count >= 0 && context >= 1 && prompt.dim() == 1);
  auto generator = torch::make_generator<torch::CPUGeneratorImpl>(static_cast<std::uint64_t>(seed) * 3 + 1);
  std::vector<Tensor> text = prompt.clone().split(1);
  while (static_cast<int64_t>(text.size()) < prompt.size(0) + count) {
    const auto so_far = torch::cat(text);
    const auto seen = so_far.slice(0, so_far.size(0) > context ? so_far.size(0) - context : 0);
    const auto logits = model(seen);
    const auto p = token_probabilities(logits.index({-1}), options);
    text.push_back(p.multinomial(1, true, generator));
  }
  return torch::cat(text);
}

Cached cached_attention(const Tensor& x, const AttentionParameters& p, int64_t heads, int64_t key_heads, const Cache& cache) {
  const auto t = x.size(1), s = cache.keys.size(2);
  const auto places = torch::arange(t) + s;
  const auto q = torch::linear(x, p.query, p.query_bias).chunk(heads, 2), k = torch::linear(x, p.key, p.key_bias).chunk(key_heads, 2),
             v = torch::linear(x, p.value, p.value_bias).chunk(key_heads, 2);
  std::vector<Tensor> keys, values, outputs;
  for (int64_t g = 0; g < key_heads; ++g) {
    keys.push_back(torch::cat({cache.keys.select(1, g), rotate(k[g], places)}, 1));
    values.push_back(torch::cat({cache.values.select(1, g), v[g]}, 1));
  }
  for (int64_t h = 0; h < heads; ++h) {
    const auto g = h / (heads / key_heads);
    outputs.push_back(attend(rotate(q[h], places), keys[g], values[g], causal_mask(t, s + t)));
  }
  return {torch::linear(torch::cat(outputs, 2), p.output, p.output_bias), {torch::stack(keys, 1), torch::stack(values, 1)}};
}

int64_t generation_flops(const ModelShape& s, int64_t tokens, bool cached) {
  EXPECT(tokens >= 1 && tokens <= s.context);
  const auto pair = 4 * s.layers * s.width;
  const auto once = forward_flops(s, 1) - pair;
  int64_t total = 0;
  for (int64_t i = tokens; i > 0; --i) total += cached ? once + i * pair : i * (once + i * pair);
  return total;
}

namespace {

/// A linear layer with its own start, and a norm.
torch::nn::Linear linear_layer(int64_t in, int64_t out, double deviation, torch::Generator& generator) {
  torch::nn::Linear layer(in, out);
  const torch::NoGradGuard no_grad;
  layer->weight.normal_(0, deviation, generator);
  layer->bias.zero_();
  return layer;
}

struct Norm : torch::nn::Module {
  explicit Norm(int64_t d) : scale(register_parameter("scale", torch::ones({d}))), shift(register_parameter("shift", torch::zeros({d}))) {}
  Tensor forward(const Tensor& x) { return layer_norm(x, scale, shift, kEpsilon); }
  Tensor scale, shift;
};

struct Block : torch::nn::Module {
  Block(int64_t d, int64_t heads, double branch, torch::Generator& generator) : heads(heads) {
    norm1 = register_module("norm1", std::make_shared<Norm>(d));
    query = register_module("query", linear_layer(d, d, 0.02, generator));
    key = register_module("key", linear_layer(d, d, 0.02, generator));
    value = register_module("value", linear_layer(d, d, 0.02, generator));
    output = register_module("output", linear_layer(d, d, branch, generator));
    norm2 = register_module("norm2", std::make_shared<Norm>(d));
    up = register_module("up", linear_layer(d, 4 * d, 0.02, generator));
    down = register_module("down", linear_layer(4 * d, d, branch, generator));
  }
  Tensor forward(const Tensor& x, const Tensor& mask) {
    const auto n = x.size(0), t = x.size(1);
    const auto y = norm1->forward(x);
    const auto apart = [&](const Tensor& z) { return z.view({n, t, heads, -1}).permute({0, 2, 1, 3}); };
    const auto seen = attend(apart(query(y)), apart(key(y)), apart(value(y)), mask);
    const auto stream = x + output(seen.permute({0, 2, 1, 3}).reshape(x.sizes()));
    return stream + down(torch::gelu(up(norm2->forward(stream))));
  }
  int64_t heads;
  std::shared_ptr<Norm> norm1, norm2;
  torch::nn::Linear query{nullptr}, key{nullptr}, value{nullptr}, output{nullptr}, up{nullptr}, down{nullptr};
};

struct Gpt : LanguageModel {
  explicit Gpt(const ModelOptions& o) {
    auto generator = torch::make_generator<torch::CPUGeneratorImpl>(static_cast<std::uint64_t>(o.seed));
    tokens = register_parameter("tokens", torch::randn({o.vocabulary, o.width}, generator) * 0.02);
    places = register_parameter("places", torch::randn({o.context, o.width}, generator) * 0.02);
    const double branch = 0.02 / std::sqrt(2.0 * static_cast<double>(o.layers));
    for (int64_t l = 0; l < o.layers; ++l)
      blocks.push_back(register_module("block" + std::to_string(l), std::make_shared<Block>(o.width, o.heads, branch, generator)));
    norm = register_module("norm", std::make_shared<Norm>(o.width));
  }
  Tensor forward(const Tensor& text) override {
    EXPECT(text.dim() == 2 && text.size(1) <= places.size(0));
    auto x = torch::embedding(tokens, text) + places.narrow(0, 0, text.size(1));
    const auto mask = causal_mask(text.size(1), text.size(1));
    for (const auto& one : blocks) x = one->forward(x, mask);
    return torch::linear(norm->forward(x), tokens);
  }
  Tensor tokens, places;
  std::vector<std::shared_ptr<Block>> blocks;
  std::shared_ptr<Norm> norm;
};

}  // namespace

std::shared_ptr<LanguageModel> make_language_model(const ModelOptions& o) {
  EXPECT(std::min({o.vocabulary, o.context, o.width, o.heads, o.layers}) >= 1 && o.seed >= 0 && o.width % o.heads == 0);
  return std::make_shared<Gpt>(o);
}

std::shared_ptr<LanguageModel> fit_text(const Tensor& text, int64_t vocabulary, int64_t seed) {
  const int64_t steps = 700, batch = 8, context = 48;
  const auto model = make_language_model({vocabulary, context, 64, 4, 2, seed});
  torch::optim::Adam adam(model->parameters(), torch::optim::AdamOptions(3e-3).betas({0.9, 0.99}));
  const auto generator = torch::make_generator<torch::CPUGeneratorImpl>(static_cast<std::uint64_t>(seed));
  for (int64_t step = 0; step < steps; ++step) {
    const double angle = M_PI * static_cast<double>(step) / static_cast<double>(steps);
    static_cast<torch::optim::AdamOptions&>(adam.param_groups()[0].options()).lr(std::min(3e-3, 5e-5 * static_cast<double>(step + 1)) * (0.52 + 0.48 * std::cos(angle)));
    std::vector<Tensor> pieces;
    for (const auto& start : torch::randint(text.size(0) - context, {batch}, generator, torch::kLong).split(1))
      pieces.push_back(text.narrow(0, start.item<int64_t>(), context + 1));
    const auto piece = torch::stack(pieces);
    const auto logits = model->forward(piece.narrow(1, 0, context));
    const auto lost = next_token_loss(torch::cat({logits, logits.narrow(1, 0, 1)}, 1), piece, vocabulary);
    adam.zero_grad();
    lost.backward();
    adam.step();
  }
  return model;
}

/// By attention itself, whose scale is undone.
Tensor induction_head(const Tensor& tokens, int64_t vocabulary, double sharpness) {
  EXPECT(sharpness >= 0 && tokens.min().item<int64_t>() >= 0 && tokens.max().item<int64_t>() < vocabulary);
  const auto n = tokens.size(0), t = tokens.size(1);
  const auto places = torch::eye(t, torch::kFloat64);
  const auto e = torch::eye(vocabulary, torch::kFloat64).index_select(0, tokens.flatten()).view({n, t, vocabulary});
  const auto one_back = torch::cat({torch::zeros({1, t}, torch::kFloat64), places.slice(0, 0, t - 1)}).expand({n, t, t});
  const auto notes = attend(one_back * sharpness * std::sqrt(static_cast<double>(t)), places.expand({n, t, t}), e, all_of(t, t).tril(-1));
  return attend(e * sharpness * std::sqrt(static_cast<double>(vocabulary)), notes, e, all_of(t, t).tril());
}

double induction_score(const Tensor& weights, const Tensor& tokens) {
  double sum = 0, count = 0;
  for (int64_t n = 0; n < tokens.size(0); ++n)
    for (int64_t i = 1; i < tokens.size(1); ++i) {
      const auto before = (tokens[n].slice(0, 0, i) == tokens[n][i]).nonzero().flatten();
      if (before.numel() == 0) continue;
      sum += weights[n][i].index_select(0, before + 1).sum().item<double>();
      ++count;
    }
  EXPECT(count > 0);
  return sum / count;
}

/// Sums over all places so far, for each pair of features.
Recurrence linear_attention(const Tensor& queries, const Tensor& keys, const Tensor& values, const Tensor& state) {
  EXPECT(queries.sizes() == keys.sizes() && keys.size(1) == values.size(1));
  auto output = torch::zeros({queries.size(0), queries.size(1), values.size(2)}, values.options());
  auto last = torch::empty_like(state);
  for (int64_t a = 0; a < keys.size(2); ++a) {
    const auto sums = (keys.select(2, a).unsqueeze(2) * values).cumsum(1) + state.select(1, a).unsqueeze(1);
    output += queries.select(2, a).unsqueeze(2) * sums;
    last.select(1, a).copy_(sums.select(1, -1));
  }
  return {output, last};
}

HeadMatrices descent_head(int64_t d, int64_t examples, double rate) {
  EXPECT(d >= 1 && examples >= 1);
  const auto zeros = torch::zeros({d + 1, d + 1}, torch::kFloat64);
  auto query = zeros.clone(), value = zeros.clone();
  query.diagonal().slice(0, 0, d).fill_(1);
  value[d][d] = -rate / static_cast<double>(examples);
  return {query, torch::eye(d + 1, torch::kFloat64), value, torch::eye(d + 1, torch::kFloat64)};
}

double best_rate(int64_t d, int64_t examples, double noise_variance) {
  EXPECT(d >= 1 && examples >= 1 && noise_variance >= 0);
  const double curvature = static_cast<double>(examples + d + 1) + noise_variance;
  return static_cast<double>(examples) / curvature;
}

}  // namespace transformer
