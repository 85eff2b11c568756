#include "transformer.h"

#include <torch/optim/adam.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <string>
#include <utility>
#include <vector>

// Numbers in loops, one at a time, but where autograd has to pass.
namespace transformer {

namespace {

void require(bool holds, const std::string& what) { TORCH_CHECK_VALUE(holds, "expected ", what); }

/// (n, t, d) as doubles.
struct Array {
  explicit Array(const Tensor& x) : values(x.to(torch::kFloat64).contiguous()), n(x.size(0)), t(x.size(1)), d(x.size(2)) {
    data = values.data_ptr<double>();
  }
  Array(int64_t n, int64_t t, int64_t d) : Array(torch::zeros({n, t, d}, torch::kFloat64)) {}
  double& at(int64_t m, int64_t i, int64_t a) const { return data[(m * t + i) * d + a]; }
  Tensor like(const Tensor& x) const { return values.to(x.scalar_type()); }
  Tensor values;
  int64_t n, t, d;
  double* data;
};

/// Weights of one query: those keys alone that `sees` allows; empty sums stay 0.
template <typename Sees>
std::vector<double> boltzmann(const std::vector<double>& scores, const Sees& sees) {
  std::vector<double> weights(scores.size(), 0.0);
  double highest = 0, sum = 0;
  bool any = false;
  for (std::size_t j = 0; j < scores.size(); ++j)
    if (sees(j)) highest = any ? std::max(highest, scores[j]) : scores[j], any = true;
  for (std::size_t j = 0; j < scores.size(); ++j)
    if (sees(j)) sum += weights[j] = std::exp(scores[j] - highest);
  for (auto& weight : weights)
    if (any) weight /= sum;
  return weights;
}

std::vector<double> scores_of(const Array& q, const Array& k, int64_t m, int64_t i) {
  std::vector<double> scores;
  for (int64_t j = 0; j < k.t; ++j) {
    double score = 0;
    for (int64_t a = 0; a < q.d; ++a) score += q.at(m, i, a) * k.at(m, j, a);
    scores.push_back(score / std::sqrt(static_cast<double>(q.d)));
  }
  return scores;
}

/// A row of x through x Wᵀ + b, for (n, t, d).
Tensor affine(const Tensor& x, const Tensor& W, const Tensor& b) {
  require(x.size(2) == W.size(1) && b.size(0) == W.size(0), "a layer that fits");
  std::vector<Tensor> out;
  for (int64_t o = 0; o < W.size(0); ++o) out.push_back((x * W[o]).sum(2) + b[o]);
  return torch::stack(out, 2);
}

Tensor everything(int64_t t, int64_t s) { return torch::full({t, s}, true, torch::kBool); }

}  // namespace

Tensor attention_weights(const Tensor& queries, const Tensor& keys) {
  require(queries.dim() == 3 && keys.dim() == 3 && queries.size(2) == keys.size(2), "keys for these queries");
  const Array q(queries), k(keys);
  Array a(q.n, q.t, k.t);
  for (int64_t m = 0; m < q.n; ++m)
    for (int64_t i = 0; i < q.t; ++i) {
      const auto weights = boltzmann(scores_of(q, k, m, i), [](std::size_t) { return true; });
      for (int64_t j = 0; j < k.t; ++j) a.at(m, i, j) = weights[j];
    }
  return a.like(queries);
}

Tensor masked_attention(const Tensor& queries, const Tensor& keys, const Tensor& values, const Tensor& mask) {
  require(queries.dim() == 3 && keys.dim() == 3 && values.dim() == 3 && keys.size(1) == values.size(1), "values");
  require(mask.dim() == 2 && mask.size(0) == queries.size(1) && mask.size(1) == keys.size(1), "a mask");
  const double root = std::sqrt(static_cast<double>(queries.size(2)));
  std::vector<Tensor> rows;
  for (int64_t i = 0; i < queries.size(1); ++i) {
    // Of the keys that are hidden nothing is looked at.
    const auto seen = mask[i].nonzero().flatten();
    if (seen.numel() == 0) {
      rows.push_back(torch::zeros({queries.size(0), values.size(2)}, values.options()));
      continue;
    }
    const auto scores = (keys.index_select(1, seen) * queries.select(1, i).unsqueeze(1)).sum(2) / root;
    const auto e = (scores - scores.detach().amax(1, true)).exp();
    const auto sums = (e.unsqueeze(2) * values.index_select(1, seen)).sum(1);
    rows.push_back(sums / e.sum(1, true));
  }
  return torch::stack(rows, 1);
}

Tensor attention(const Tensor& queries, const Tensor& keys, const Tensor& values) {
  return masked_attention(queries, keys, values, everything(queries.size(1), keys.size(1)));
}

Tensor local_mean(const Tensor& X, const Tensor& y, const Tensor& Z, double width) {
  require(width > 0, "a width above 0");
  require(X.dim() == 2 && Z.dim() == 2 && y.dim() == 1 && X.size(1) == Z.size(1) && X.size(0) == y.size(0), "points");
  const Array x(X.unsqueeze(0)), z(Z.unsqueeze(0)), values(y.view({1, -1, 1}));
  Array means(1, z.t, 1);
  for (int64_t i = 0; i < z.t; ++i) {
    std::vector<double> exponents;
    for (int64_t j = 0; j < x.t; ++j) {
      double square = 0;
      for (int64_t a = 0; a < x.d; ++a) square += std::pow((z.at(0, i, a) - x.at(0, j, a)) / width, 2);
      exponents.push_back(-square / 2);
    }
    const auto weights = boltzmann(exponents, [](std::size_t) { return true; });
    for (int64_t j = 0; j < x.t; ++j) means.at(0, i, 0) += weights[j] * values.at(0, j, 0);
  }
  return means.like(y).flatten();
}

double score_variance(int64_t d, const Moments& query, const Moments& key) {
  require(d >= 1 && query.variance >= 0 && key.variance >= 0, "variances");
  // Var(qk) = Var q Var k + Var q (E k)² + Var k (E q)², once for each feature.
  double total = 0;
  for (int64_t a = 0; a < d; ++a)
    total += query.variance * (key.variance + key.mean * key.mean) + key.variance * query.mean * query.mean;
  return total;
}

Tensor attention_entropy(const Tensor& weights) {
  const Array a(weights);
  Array entropy(a.n, a.t, 1);
  for (int64_t m = 0; m < a.n; ++m)
    for (int64_t i = 0; i < a.t; ++i)
      for (int64_t j = 0; j < a.d; ++j)
        if (a.at(m, i, j) > 0) entropy.at(m, i, 0) -= a.at(m, i, j) * std::log(a.at(m, i, j));
  return entropy.like(weights).squeeze(2);
}

Tensor causal_mask(int64_t t, int64_t s) {
  require(1 <= t && t <= s, "as many places as queries, or more");
  auto mask = torch::zeros({t, s}, torch::kBool);
  for (int64_t i = 0; i < t; ++i)
    for (int64_t j = 0; j <= s - t + i; ++j) mask[i][j] = true;
  return mask;
}

AttentionGradients attention_gradient(const Tensor& queries, const Tensor& keys, const Tensor& values,
                                      const Tensor& mask, const Tensor& gradient) {
  require(gradient.size(0) == queries.size(0) && gradient.size(1) == queries.size(1) && gradient.size(2) == values.size(2), "a gradient");
  require(mask.size(0) == queries.size(1) && mask.size(1) == keys.size(1), "a mask");
  const Array q(queries), k(keys), v(values), g(gradient);
  Array dq(q.n, q.t, q.d), dk(k.n, k.t, k.d), dv(v.n, v.t, v.d);
  const double root = std::sqrt(static_cast<double>(q.d));
  for (int64_t m = 0; m < q.n; ++m)
    for (int64_t i = 0; i < q.t; ++i) {
      const auto row = mask[i].contiguous();
      const auto* allowed = row.data_ptr<bool>();
      const auto weights = boltzmann(scores_of(q, k, m, i), [&](std::size_t j) { return allowed[j]; });
      std::vector<double> slopes(k.t, 0.0);
      double mean = 0;
      for (int64_t j = 0; j < k.t; ++j) {
        for (int64_t b = 0; b < v.d; ++b) {
          slopes[j] += g.at(m, i, b) * v.at(m, j, b);
          dv.at(m, j, b) += weights[j] * g.at(m, i, b);
        }
        mean += weights[j] * slopes[j];
      }
      for (int64_t j = 0; j < k.t; ++j)
        for (int64_t a = 0; a < q.d; ++a) {
          const double by_score = weights[j] * (slopes[j] - mean) / root;
          dq.at(m, i, a) += by_score * k.at(m, j, a);
          dk.at(m, j, a) += by_score * q.at(m, i, a);
        }
    }
  return {dq.like(queries), dk.like(keys), dv.like(values)};
}

Tensor multi_head_attention(const Tensor& x, const Tensor& context, const AttentionParameters& p, int64_t heads,
                            int64_t key_heads, const Tensor& mask) {
  require(heads >= 1 && key_heads >= 1 && heads % key_heads == 0, "key_heads that divide heads");
  require(p.query.size(0) % heads == 0 && p.key.size(0) % key_heads == 0, "heads that divide the rows of a layer");
  const auto e = p.query.size(0) / heads;
  require(p.key.size(0) / key_heads == e, "keys as long as queries");
  const auto q = affine(x, p.query, p.query_bias), k = affine(context, p.key, p.key_bias),
             v = affine(context, p.value, p.value_bias);
  std::vector<Tensor> made;
  for (int64_t h = 0; h < heads; ++h) {
    const auto group = h / (heads / key_heads);
    made.push_back(masked_attention(q.slice(2, h * e, (h + 1) * e), k.slice(2, group * e, (group + 1) * e),
                                    v.slice(2, group * e, (group + 1) * e), mask));
  }
  return affine(torch::cat(made, 2), p.output, p.output_bias);
}

namespace {

double frequency(int64_t pair, int64_t d) { return std::exp(-std::log(kBase) * 2 * static_cast<double>(pair) / static_cast<double>(d)); }

}  // namespace

Tensor sinusoidal_positions(int64_t length, int64_t d) {
  require(length >= 1 && d >= 2 && d % 2 == 0, "pairs of features");
  Array made(1, length, d);
  for (int64_t p = 0; p < length; ++p)
    for (int64_t i = 0; i < d / 2; ++i) {
      made.at(0, p, 2 * i) = std::sin(static_cast<double>(p) * frequency(i, d));
      made.at(0, p, 2 * i + 1) = std::cos(static_cast<double>(p) * frequency(i, d));
    }
  return made.values[0];
}

Tensor shift_matrix(int64_t d, int64_t shift) {
  require(d >= 2 && d % 2 == 0, "pairs of features");
  std::vector<Tensor> blocks;
  for (int64_t i = 0; i < d / 2; ++i) {
    const double angle = static_cast<double>(shift) * frequency(i, d);
    blocks.push_back(torch::tensor({{std::cos(angle), std::sin(angle)}, {-std::sin(angle), std::cos(angle)}}, torch::kFloat64));
  }
  return torch::block_diag(blocks);
}

Tensor rotate(const Tensor& x, const Tensor& positions) {
  require(x.dim() == 3 && x.size(2) % 2 == 0 && positions.size(0) == x.size(1), "pairs of features and a place for each row");
  std::vector<Tensor> rows;
  for (int64_t j = 0; j < x.size(1); ++j) {
    const auto place = static_cast<double>(positions[j].item<int64_t>());
    std::vector<Tensor> features;
    for (int64_t i = 0; i < x.size(2) / 2; ++i) {
      const double c = std::cos(place * frequency(i, x.size(2))), s = std::sin(place * frequency(i, x.size(2)));
      const auto a = x.select(1, j).select(1, 2 * i), b = x.select(1, j).select(1, 2 * i + 1);
      features.push_back(a * c - b * s);
      features.push_back(b * c + a * s);
    }
    rows.push_back(torch::stack(features, 1));
  }
  return torch::stack(rows, 1);
}

Tensor layer_norm(const Tensor& x, const Tensor& scale, const Tensor& shift, double epsilon) {
  require(x.dim() == 3 && scale.size(0) == x.size(2) && shift.size(0) == x.size(2) && epsilon >= 0, "features");
  std::vector<Tensor> rows;
  for (int64_t i = 0; i < x.size(1); ++i) {
    const auto row = x.select(1, i);
    const auto away = row - row.sum(1, true) / x.size(2);
    const auto variance = (away * away).sum(1, true) / x.size(2);
    rows.push_back(away / torch::sqrt(variance + epsilon) * scale + shift);
  }
  return torch::stack(rows, 1);
}

Tensor rms_norm(const Tensor& x, const Tensor& scale, double epsilon) {
  require(x.dim() == 3 && scale.size(0) == x.size(2) && epsilon >= 0, "features");
  std::vector<Tensor> rows;
  for (int64_t i = 0; i < x.size(1); ++i) {
    const auto row = x.select(1, i);
    rows.push_back(row * scale / torch::sqrt((row * row).sum(1, true) / x.size(2) + epsilon));
  }
  return torch::stack(rows, 1);
}

namespace {

Tensor fed(const Tensor& x, const FeedForward& f) {
  auto hidden = affine(x, f.up, f.up_bias);
  hidden = 0.5 * hidden * (1 + torch::erf(hidden / std::sqrt(2.0)));
  return affine(hidden, f.down, f.down_bias);
}

Tensor norm_of(const Tensor& x, const NormParameters& p) { return layer_norm(x, p.scale, p.shift, kEpsilon); }

}  // namespace

Tensor block(const Tensor& x, const BlockParameters& p, int64_t heads, bool pre_norm, const Tensor& mask) {
  auto stream = x.clone();
  for (int part = 0; part < 2; ++part) {
    const auto& norm = part == 0 ? p.norm1 : p.norm2;
    const auto in = pre_norm ? norm_of(stream, norm) : stream;
    stream = stream + (part == 0 ? multi_head_attention(in, in, p.attention, heads, heads, mask) : fed(in, p.feed_forward));
    if (!pre_norm) stream = norm_of(stream, norm);
  }
  return stream;
}

Tensor decoder_block(const Tensor& x, const Tensor& memory, const DecoderParameters& p, int64_t heads) {
  auto y = x + multi_head_attention(x, x, p.self, heads, heads, causal_mask(x.size(1), x.size(1)));
  y = norm_of(y, p.norm1);
  y = y + multi_head_attention(y, memory, p.cross, heads, heads, everything(x.size(1), memory.size(1)));
  y = norm_of(y, p.norm2);
  return norm_of(y + fed(y, p.feed_forward), p.norm3);
}

namespace {

void require_model(const ModelShape& s) {
  for (const int64_t size : {s.layers, s.width, s.heads, s.key_heads, s.hidden, s.vocabulary, s.context})
    require(size >= 1, "sizes of at least 1");
  require(s.width % s.heads == 0 && s.heads % s.key_heads == 0, "heads that divide");
}

}  // namespace

int64_t parameter_count(const ModelShape& s) {
  require_model(s);
  const int64_t d = s.width, c = s.key_heads * (s.width / s.heads), m = s.hidden;
  int64_t total = s.vocabulary * d + s.context * d;
  for (int64_t layer = 0; layer < s.layers; ++layer) {
    total += d * d + d;        // queries
    total += 2 * (c * d + c);  // keys and values
    total += d * d + d;        // output
    total += m * d + m + d * m + d;
    total += 2 * 2 * d;
  }
  return total + 2 * d;
}

int64_t forward_flops(const ModelShape& s, int64_t tokens) {
  require_model(s);
  require(tokens >= 1 && tokens <= s.context, "tokens that fit");
  const auto product = [](int64_t rows, int64_t inner, int64_t columns) { return 2 * rows * inner * columns; };
  const int64_t d = s.width, e = d / s.heads, c = s.key_heads * e, t = tokens;
  int64_t total = product(t, d, s.vocabulary);
  for (int64_t layer = 0; layer < s.layers; ++layer) {
    total += 2 * product(t, d, d) + 2 * product(t, d, c) + product(t, d, s.hidden) + product(t, s.hidden, d);
    for (int64_t head = 0; head < s.heads; ++head) total += product(t, e, t) + product(t, t, e);
  }
  return total;
}

Tensor prefix_mask(int64_t prefix, int64_t total) {
  require(total >= 1 && prefix >= 0 && prefix <= total, "a prefix that fits");
  auto mask = torch::zeros({total, total}, torch::kBool);
  for (int64_t i = 0; i < total; ++i) mask[i].slice(0, 0, std::max(i + 1, prefix)).fill_(true);
  return mask;
}

/// From each output backwards through the blocks.
Tensor reach(const Tensor& masks) {
  const auto t = masks.size(1);
  const auto flat = masks.contiguous();
  const auto* looks = flat.data_ptr<bool>();
  auto reached = torch::zeros({t, t}, torch::kBool);
  for (int64_t i = 0; i < t; ++i) {
    std::vector<bool> set(t, false);
    set[i] = true;
    for (int64_t layer = masks.size(0) - 1; layer >= 0; --layer) {
      auto wider = set;
      for (int64_t k = 0; k < t; ++k)
        for (int64_t j = 0; set[k] && j < t; ++j)
          if (looks[(layer * t + k) * t + j]) wider[j] = true;
      set = wider;
    }
    for (int64_t j = 0; j < t; ++j) reached[i][j] = bool(set[j]);
  }
  return reached;
}

/// Row j is exchanged: the first place that notices is the furthest from it.
int64_t lookahead(const std::function<Tensor(const Tensor&)>& f, const Tensor& x) {
  const auto y = f(x);
  std::mt19937_64 engine(5);
  std::normal_distribution<double> normal;
  int64_t furthest = 0;
  for (int64_t j = x.size(0) - 1; j > 0; --j) {
    auto other = x.clone();
    for (int64_t a = 0; a < x.size(1); ++a) other[j][a] = normal(engine);
    const auto z = f(other);
    for (int64_t i = 0; i < j; ++i)
      if ((z[i] - y[i]).abs().max().item<double>() > 1e-9) {
        furthest = std::max(furthest, j - i);
        break;
      }
  }
  return furthest;
}

Tensor next_token_loss(const Tensor& logits, const Tensor& tokens, int64_t ignored) {
  require(logits.dim() == 3 && tokens.dim() == 2 && logits.size(1) == tokens.size(1), "logits of these tokens");
  Tensor sum;
  int64_t count = 0;
  for (int64_t n = 0; n < tokens.size(0); ++n)
    for (int64_t i = 0; i + 1 < tokens.size(1); ++i) {
      const auto target = tokens[n][i + 1].item<int64_t>();
      if (target == ignored) continue;
      const auto z = logits[n][i];
      const auto highest = z.detach().max();
      const auto loss = (z - highest).exp().sum().log() + highest - z[target];
      sum = count++ == 0 ? loss : sum + loss;
    }
  require(count > 0, "a next token");
  return sum / count;
}

double bits_per_byte(double nats, int64_t tokens, int64_t bytes) {
  require(tokens >= 1 && bytes >= 1, "a text");
  return nats / std::log(2.0) / (static_cast<double>(bytes) / static_cast<double>(tokens));
}

Tensor token_probabilities(const Tensor& logits, const SamplingOptions& options) {
  require(options.temperature >= 0 && options.top_k >= 0 && options.top_p > 0 && options.top_p <= 1, "dials that exist");
  const auto z = logits.to(torch::kFloat64).contiguous();
  const std::vector<double> values(z.data_ptr<double>(), z.data_ptr<double>() + z.numel());
  std::vector<int64_t> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int64_t a, int64_t b) { return values[a] > values[b]; });
  auto p = torch::zeros_like(z);
  if (options.temperature == 0) {
    p[order[0]] = 1;
    return p.to(logits.scalar_type());
  }
  std::size_t kept = values.size();
  if (options.top_k > 0) kept = std::min<std::size_t>(kept, options.top_k);
  std::vector<double> weights;
  for (std::size_t r = 0; r < kept; ++r) weights.push_back(std::exp((values[order[r]] - values[order[0]]) / options.temperature));
  const double all = std::accumulate(weights.begin(), weights.end(), 0.0);
  double sum = 0;
  std::size_t stays = 0;
  while (stays < kept && (stays == 0 || options.top_p == 1 || sum < options.top_p * all)) sum += weights[stays++];
  for (std::size_t r = 0; r < stays; ++r) p[order[r]] = weights[r] / sum;
  return p.to(logits.scalar_type());
}

/// By inverting the distribution function.
Tensor generate(const std::function<Tensor(const Tensor&)>& model, const Tensor& prompt, int64_t count, int64_t context,
                const SamplingOptions& options, int64_t seed) {
  require(count >= 0 && context >= 1 && prompt.numel() >= 1, "a prompt, a count and a context");
  std::mt19937_64 engine(static_cast<std::uint64_t>(seed) + 17);
  std::uniform_real_distribution<double> uniform;
  std::vector<int64_t> text(prompt.data_ptr<int64_t>(), prompt.data_ptr<int64_t>() + prompt.numel());
  for (int64_t i = 0; i < count; ++i) {
    const auto begin = text.size() > static_cast<std::size_t>(context) ? text.end() - context : text.begin();
    const auto logits = model(torch::tensor(std::vector<int64_t>(begin, text.end()), torch::kLong));
    const auto sums = token_probabilities(logits[logits.size(0) - 1], options).cumsum(0);
    const auto drawn = (sums <= uniform(engine) * sums[-1].item<double>()).sum().item<int64_t>();
    text.push_back(std::min(drawn, sums.size(0) - 1));
  }
  return torch::tensor(text, torch::kLong);
}

/// Token by token, each against all keys that are there.
Cached cached_attention(const Tensor& x, const AttentionParameters& p, int64_t heads, int64_t key_heads, const Cache& cache) {
  const auto e = p.query.size(0) / heads, n = x.size(0);
  Cache all = cache;
  std::vector<Tensor> outputs;
  for (int64_t i = 0; i < x.size(1); ++i) {
    const auto token = x.slice(1, i, i + 1);
    const auto place = torch::full({1}, all.keys.size(2), torch::kLong);
    const auto apart = [&](const Tensor& features, int64_t count) { return features.view({n, count, e}); };
    const auto turned = [&](const Tensor& features, int64_t count) {
      return rotate(apart(features, count).reshape({n * count, 1, e}), place).view({n, count, 1, e});
    };
    const auto q = turned(affine(token, p.query, p.query_bias), heads);
    const auto k = turned(affine(token, p.key, p.key_bias), key_heads);
    const auto v = apart(affine(token, p.value, p.value_bias), key_heads).unsqueeze(2);
    all = {torch::cat({all.keys, k}, 2), torch::cat({all.values, v}, 2)};
    std::vector<Tensor> made;
    for (int64_t h = 0; h < heads; ++h) {
      const auto group = h * key_heads / heads;
      made.push_back(attention(q.select(1, h), all.keys.select(1, group), all.values.select(1, group)));
    }
    outputs.push_back(affine(torch::cat(made, 2), p.output, p.output_bias));
  }
  return {torch::cat(outputs, 1), all};
}

int64_t generation_flops(const ModelShape& s, int64_t tokens, bool cached) {
  require_model(s);
  require(tokens >= 1 && tokens <= s.context, "tokens that fit");
  const int64_t d = s.width, c = s.key_heads * (d / s.heads), t = tokens;
  const int64_t once = 2 * (s.layers * (2 * d * d + 2 * d * c + 2 * d * s.hidden) + d * s.vocabulary);
  const int64_t pair = 4 * s.layers * d, sum = t * (t + 1) / 2, squares = t * (t + 1) * (2 * t + 1) / 6;
  return cached ? t * once + sum * pair : sum * once + squares * pair;
}

namespace {

/// Here autograd has to pass: tensors.
struct Decoder : LanguageModel {
  explicit Decoder(const ModelOptions& o) : options(o) {
    torch::manual_seed(static_cast<std::uint64_t>(o.seed));
    const auto d = o.width;
    matrix(o.vocabulary, d, 0.02), matrix(o.context, d, 0.02);
    const double into_stream = 0.02 / std::sqrt(2.0 * static_cast<double>(o.layers));
    for (int64_t l = 0; l < o.layers; ++l) {
      norm(d);
      for (int part = 0; part < 4; ++part) matrix(d, d, part == 3 ? into_stream : 0.02), constant(d, 0);
      norm(d);
      matrix(4 * d, d, 0.02), constant(4 * d, 0), matrix(d, 4 * d, into_stream), constant(d, 0);
    }
    norm(d);
  }
  void add(const Tensor& value) { all.push_back(register_parameter("number" + std::to_string(all.size()), value)); }
  void matrix(int64_t rows, int64_t columns, double deviation) { add(torch::randn({rows, columns}) * deviation); }
  void constant(int64_t d, double value) { add(torch::full({d}, value)); }
  void norm(int64_t d) { constant(d, 1), constant(d, 0); }

  Tensor forward(const Tensor& tokens) override {
    const auto n = tokens.size(0), t = tokens.size(1), d = options.width, h = options.heads;
    TORCH_CHECK_VALUE(t <= options.context, "expected no more than ", options.context, " tokens");
    std::size_t at = 2;
    const auto normed = [&](const Tensor& x) {
      const auto centred = x - x.mean(2, true);
      const auto y = centred * (centred.square().mean(2, true) + kEpsilon).rsqrt() * all[at] + all[at + 1];
      at += 2;
      return y;
    };
    const auto layer = [&](const Tensor& x) {
      const auto y = torch::addmm(all[at + 1], x.reshape({n * t, -1}), all[at].t()).view({n, t, -1});
      at += 2;
      return y;
    };
    const auto hidden = torch::ones({t, t}).triu(1) * -1e30;
    auto x = torch::embedding(all[0], tokens) + all[1].slice(0, 0, t);
    for (int64_t l = 0; l < options.layers; ++l) {
      const auto in = normed(x);
      const auto apart = [&](const Tensor& y) { return y.view({n, t, h, d / h}).transpose(1, 2); };
      const auto q = apart(layer(in)), k = apart(layer(in)), v = apart(layer(in));
      const auto scores = q.matmul(k.transpose(2, 3)) / std::sqrt(static_cast<double>(d / h)) + hidden;
      const auto e = (scores - scores.amax(3, true).detach()).exp();
      x = x + layer((e / e.sum(3, true)).matmul(v).transpose(1, 2).reshape({n, t, d}));
      x = x + layer(torch::gelu(layer(normed(x))));
    }
    return normed(x).matmul(all[0].t());
  }

  ModelOptions options;
  std::vector<Tensor> all;
};

}  // namespace

std::shared_ptr<LanguageModel> make_language_model(const ModelOptions& o) {
  require(o.vocabulary >= 1 && o.context >= 1 && o.width >= 1 && o.heads >= 1 && o.layers >= 1 && o.seed >= 0, "sizes of at least 1");
  require(o.width % o.heads == 0, "heads that divide the width");
  return std::make_shared<Decoder>(o);
}

std::shared_ptr<LanguageModel> fit_text(const Tensor& text, int64_t vocabulary, int64_t seed) {
  constexpr int64_t kSteps = 700, kBatch = 8, kContext = 48;
  const auto model = make_language_model({vocabulary, kContext, 64, 4, 2, seed});
  torch::optim::Adam adam(model->parameters(), torch::optim::AdamOptions(3e-3).betas({0.9, 0.99}));
  const auto offsets = torch::arange(kContext + 1);
  for (int64_t step = 0; step < kSteps; ++step) {
    const double progress = static_cast<double>(step) / kSteps;
    static_cast<torch::optim::AdamOptions&>(adam.param_groups()[0].options()).lr(3e-3 * std::min(10 * progress + 0.01, 1 - progress));
    const auto starts = torch::randint(text.size(0) - kContext, {kBatch, 1}, torch::kLong);
    const auto piece = text.index({starts + offsets});
    const auto z = model->forward(piece.slice(1, 0, kContext));
    const auto shifted = z - z.detach().amax(2, true);
    const auto loss = shifted.exp().sum(2).log() - shifted.gather(2, piece.slice(1, 1).unsqueeze(2)).squeeze(2);
    adam.zero_grad();
    loss.mean().backward();
    adam.step();
  }
  return model;
}

Tensor induction_head(const Tensor& tokens, int64_t vocabulary, double sharpness) {
  require(sharpness >= 0 && tokens.min().item<int64_t>() >= 0 && tokens.max().item<int64_t>() < vocabulary, "tokens");
  const auto n = tokens.size(0), t = tokens.size(1);
  Array y(n, t, vocabulary);
  for (int64_t m = 0; m < n; ++m) {
    const auto row = tokens[m].contiguous();
    const auto* x = row.data_ptr<int64_t>();
    Array notes(1, t, vocabulary);
    for (int64_t i = 1; i < t; ++i) {
      std::vector<double> scores(i, 0.0);
      scores[i - 1] = sharpness;
      const auto weights = boltzmann(scores, [](std::size_t) { return true; });
      for (int64_t j = 0; j < i; ++j) notes.at(0, i, x[j]) += weights[j];
    }
    for (int64_t i = 0; i < t; ++i) {
      std::vector<double> scores;
      for (int64_t j = 0; j <= i; ++j) scores.push_back(sharpness * notes.at(0, j, x[i]));
      const auto weights = boltzmann(scores, [](std::size_t) { return true; });
      for (int64_t j = 0; j <= i; ++j) y.at(m, i, x[j]) += weights[j];
    }
  }
  return y.values;
}

double induction_score(const Tensor& weights, const Tensor& tokens) {
  require(weights.dim() == 3 && weights.size(1) == tokens.size(1) && weights.size(2) == tokens.size(1), "weights");
  const Array w(weights);
  double sum = 0;
  int64_t count = 0;
  for (int64_t m = 0; m < w.n; ++m) {
    const auto row = tokens[m].contiguous();
    const auto* x = row.data_ptr<int64_t>();
    for (int64_t i = 0; i < w.t; ++i) {
      int64_t found = 0;
      for (int64_t j = 0; j < i; ++j)
        if (x[j] == x[i]) sum += w.at(m, i, j + 1), ++found;
      if (found > 0) ++count;
    }
  }
  require(count > 0, "a token that comes again");
  return sum / static_cast<double>(count);
}

Recurrence linear_attention(const Tensor& queries, const Tensor& keys, const Tensor& values, const Tensor& state) {
  require(queries.sizes() == keys.sizes() && keys.size(1) == values.size(1), "keys and values for these queries");
  const Array q(queries), k(keys), v(values), S(state.to(torch::kFloat64).clone());
  Array y(q.n, q.t, v.d);
  for (int64_t m = 0; m < q.n; ++m)
    for (int64_t i = 0; i < q.t; ++i)
      for (int64_t a = 0; a < q.d; ++a)
        for (int64_t b = 0; b < v.d; ++b) {
          S.at(m, a, b) += k.at(m, i, a) * v.at(m, i, b);
          y.at(m, i, b) += q.at(m, i, a) * S.at(m, a, b);
        }
  return {y.like(queries), S.like(queries)};
}

/// The rate in the values, the signs in the output.
HeadMatrices descent_head(int64_t d, int64_t examples, double rate) {
  require(d >= 1 && examples >= 1, "a dimension and an example");
  auto key = torch::zeros({d + 1, d + 1}, torch::kFloat64), value = key.clone(), output = key.clone();
  for (int64_t a = 0; a < d; ++a) key[a][a] = 2;
  value[0][d] = rate / static_cast<double>(examples);  // kept in another place
  output[d][0] = -0.5;
  return {key / 2, key, value, output};
}

double best_rate(int64_t d, int64_t examples, double noise_variance) {
  require(d >= 1 && examples >= 1 && noise_variance >= 0, "a dimension and an example");
  return 1 / (1 + (static_cast<double>(d) + 1 + noise_variance) / static_cast<double>(examples));
}

}  // namespace transformer
