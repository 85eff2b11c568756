#pragma once

#include <torch/nn/module.h>
#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

/// Assignment 12: transformers.
///
/// Sequences are (n, t, d): n of them, t places, d features. Tokens are int64 in [0, vocabulary). A mask is a
/// bool matrix (t, s), true where query i may look at key j; it holds for all sequences and heads. A linear
/// layer has weights (out, in) and biases (out): x Wᵀ + b. Arguments do not require gradients, are finite and
/// are never changed; results have the dtype of the arguments, float64 or float32. Logarithms are natural.
/// "Throws" means TORCH_CHECK_VALUE with a line that says what was expected and what was got; every function
/// throws where the shapes do not fit each other.
namespace transformer {

using torch::Tensor;

/// Task 1. a_ij = exp(q_i·k_j/√d)/Σ_l exp(q_i·k_l/√d). [Vaswani et al. 2017, eq. 1] queries: (n, t, d); keys:
/// (n, s, d), s ≥ 1. Returns (n, t, s). Scores may be as large as 10⁶.
Tensor attention_weights(const Tensor& queries, const Tensor& keys);
/// Σ_j a_ij v_j. values: (n, s, e). Returns (n, t, e).
Tensor attention(const Tensor& queries, const Tensor& keys, const Tensor& values);
/// The local mean of assignment 1, Σ_j K_ij y_j/Σ_j K_ij with K_ij = exp(−|z_i − x_j|²/2 width²). [Nadaraya
/// 1964, Watson 1964] X: (n, d); y: (n); Z: (m, d), also where every K_ij is 0 in float64, or both a
/// million widths from 0. Returns (m).
/// Throws where width ≤ 0.
Tensor local_mean(const Tensor& X, const Tensor& y, const Tensor& Z, double width);

/// Mean and variance of a random number.
struct Moments {
  double mean, variance;
};

/// Task 2. The variance of q·k = Σ_a q_a k_a, where all 2 d numbers are independent, those of q with the
/// moments `query`, those of k with `key`. Throws where d < 1 or a variance is negative.
double score_variance(int64_t d, const Moments& query, const Moments& key);
/// −Σ_j a_ij ln a_ij of each row, in nats, 0 ln 0 = 0. weights: (n, t, s), rows that sum to 1. Returns (n,
/// t).
Tensor attention_entropy(const Tensor& weights);

/// Task 3. The mask of t queries, which are the last t of s places: query i is at place s − t + i and may
/// look at places up to its own. Returns (t, s) bool. Throws unless 1 ≤ t ≤ s.
Tensor causal_mask(int64_t t, int64_t s);
/// Attention over those keys alone that the mask allows; a query that may look at none gets zeros. mask: (t,
/// s) bool. Returns (n, t, e). Autograd can pass through it.
Tensor masked_attention(const Tensor& queries, const Tensor& keys, const Tensor& values, const Tensor& mask);

struct AttentionGradients {
  Tensor queries, keys, values;
};

/// Task 4. The derivatives of Σ gradient · masked_attention by queries, keys and values, in their shapes.
/// gradient: (n, t, e). A query that may look at nothing has 0.
AttentionGradients attention_gradient(const Tensor& queries, const Tensor& keys, const Tensor& values,
                                      const Tensor& mask, const Tensor& gradient);

/// Four linear layers. With h heads of e features, g of them with keys and values of their own, and d
/// features of x, c of the context: query (h e, d), key and value (g e, c), output (d, h e).
struct AttentionParameters {
  Tensor query, query_bias, key, key_bias, value, value_bias, output, output_bias;
};

/// Task 5. Head i has rows i e … (i + 1) e − 1 of the query layer, and keys and values of head ⌊i g/h⌋: heads
/// that share are neighbours. [Ainslie et al. 2023] Each attends with the scale 1/√e; the output layer sees
/// all heads, one behind the other. x: (n, t, d), for the queries; context: (n, s, c), for keys and values;
/// mask: (t, s). Returns (n, t, d). Throws where h is no multiple of g ≥ 1 or of the rows of a layer.
/// Autograd can pass through it.
Tensor multi_head_attention(const Tensor& x, const Tensor& context, const AttentionParameters& parameters,
                            int64_t heads, int64_t key_heads, const Tensor& mask);

constexpr double kBase = 10000;  // frequencies θ_i = kBase^(−2i/d), i = 0 … d/2 − 1

/// Task 6. Place p in columns 2i and 2i + 1: sin p θ_i, cos p θ_i. [Vaswani et al. 2017, section 3.5] Returns
/// (length, d) float64. Throws where length < 1 or d is not even and positive.
Tensor sinusoidal_positions(int64_t length, int64_t d);
/// The matrix M (d, d) with which M · (row p) = row p + shift, for every p. float64. shift may be negative.
/// Throws as above.
Tensor shift_matrix(int64_t d, int64_t shift);
/// Rotary positions: at place p features (2i, 2i + 1) turn by the angle p θ_i, (a, b) → (a cos − b sin, a sin
/// + b cos). [Su et al. 2021, eq. 34] x: (n, t, d); positions: (t) int64. Returns (n, t, d). Throws where d
/// is odd. Autograd can pass through it.
Tensor rotate(const Tensor& x, const Tensor& positions);

/// Task 7. At each place (x − mean)/√(variance + epsilon) · scale + shift over the d features, divisor d. [Ba
/// et al. 2016, eq. 3] x: (n, t, d); scale, shift: (d). Throws where epsilon < 0. Autograd can pass through
/// both.
Tensor layer_norm(const Tensor& x, const Tensor& scale, const Tensor& shift, double epsilon);
/// x/√(mean of x² + epsilon) · scale. [Zhang and Sennrich 2019, eq. 4]
Tensor rms_norm(const Tensor& x, const Tensor& scale, double epsilon);

constexpr double kEpsilon = 1e-5;  // of the layer norms from here on

struct NormParameters {
  Tensor scale, shift;  // (d)
};

/// x → down · gelu(up · x), gelu(z) = z Φ(z) with the exact Φ. up: (m, d), down: (d, m).
struct FeedForward {
  Tensor up, up_bias, down, down_bias;
};

struct BlockParameters {
  NormParameters norm1;
  AttentionParameters attention;
  NormParameters norm2;
  FeedForward feed_forward;
};

/// Task 8. Self-attention A, of all heads with keys of their own, and a feed-forward layer F, each in a
/// residual stream. Pre-norm: x ← x + A(N₁ x), x ← x + F(N₂ x). Post-norm: x ← N₁(x + A(x)), x ← N₂(x +
/// F(x)). [Vaswani et al. 2017, section 3.1; Xiong et al. 2020, table 1] x: (n, t, d); mask: (t, t). Autograd
/// can pass through it.
Tensor block(const Tensor& x, const BlockParameters& parameters, int64_t heads, bool pre_norm,
             const Tensor& mask);

struct DecoderParameters {
  NormParameters norm1;
  AttentionParameters self;
  NormParameters norm2;
  AttentionParameters cross;
  NormParameters norm3;
  FeedForward feed_forward;
};

/// The same with a memory to look at, post-norm: causal self-attention, then attention from x to all of the
/// memory, then F. [Vaswani et al. 2017, figure 1, right] x: (n, t, d); memory: (n, s, c). Returns (n, t, d).
Tensor decoder_block(const Tensor& x, const Tensor& memory, const DecoderParameters& parameters,
                     int64_t heads);

/// A decoder as GPT-2: embeddings of tokens (vocabulary, width) and of places (context, width), blocks of
/// task 8 whose attention may share keys (heads of width/heads features), a norm at the end, and logits by
/// the embedding of the tokens once more, without a bias.
struct ModelShape {
  int64_t layers, width, heads, key_heads, hidden, vocabulary, context;
};

/// Task 9. How many numbers are trained. Throws where one of the seven is below 1, width is no multiple of
/// heads or heads none of key_heads.
int64_t parameter_count(const ModelShape& shape);
/// Multiplications and additions (two for each pair that is multiplied and added) of all matrix products for
/// one sequence of so many tokens: linear layers, scores and weighted sums of values, both for all tokens²
/// pairs, and logits for all tokens. Biases, norms and softmax are left out. Throws as above, and unless 1 ≤
/// tokens ≤ context.
int64_t forward_flops(const ModelShape& shape, int64_t tokens);

/// Task 10. Place i may look at place j if j ≤ i or j < prefix. prefix 0: a decoder; prefix = total: an
/// encoder; between: the source of an encoder–decoder, with its target behind it. Returns (total, total)
/// bool. Throws unless 0 ≤ prefix ≤ total and total ≥ 1.
Tensor prefix_mask(int64_t prefix, int64_t total);
/// Which outputs (i) can depend on which inputs (j), behind blocks with these masks, the first block first.
/// The residual stream carries each place past every block. masks: (layers, t, t) bool. Returns (t, t) bool.
Tensor reach(const Tensor& masks);
/// The largest j − i > 0 for which row i of f(x) changes when row j of x is changed, 0 where there is none:
/// of a causal model. f: (t, d) → (t, e), may be called up to t + 1 times with numbers of order 1; changes
/// below 1e-9 are rounding. x: (t, d) float64, of order 1.
int64_t lookahead(const std::function<Tensor(const Tensor&)>& f, const Tensor& x);

/// Task 11. The mean of −ln p(token i + 1) in nats, p = softmax of logits i, over all places with a next
/// token other than `ignored`. logits: (n, t, v); tokens: (n, t) int64, each in [0, v) or `ignored`, which
/// may be any number. Returns a scalar, (). Throws where no place is left. Autograd can pass through it.
Tensor next_token_loss(const Tensor& logits, const Tensor& tokens, int64_t ignored);
/// A text of so many bytes was cut into so many tokens, of `nats` each in the mean: bits for each byte.
/// Throws where tokens or bytes < 1.
double bits_per_byte(double nats, int64_t tokens, int64_t bytes);

struct SamplingOptions {
  double temperature = 1;
  int64_t top_k = 0;  // 0: all
  double top_p = 1;
};

/// Task 12. Probabilities softmax(logits/temperature); then only the top_k largest stay; then, of what
/// stayed, only the smallest number of the largest that together have at least the part top_p of it [Holtzman
/// et al. 2020, section 3.1]; at last they sum to 1. Of equal ones the first stay first. Temperature 0: 1 for
/// the first of the largest logits. logits: (v). Returns (v). Throws where temperature < 0, top_k < 0 or
/// top_p is not in (0, 1].
Tensor token_probabilities(const Tensor& logits, const SamplingOptions& options);
/// Draws `count` tokens one by one and appends each. `model`: int64 (t) → logits (t, v), row i for token i +
/// 1; it takes at most `context` tokens, so it gets the last ones. prompt: (p) int64, p ≥ 1. The same seed
/// gives the same tokens, another one others. Returns (p + count). Throws where count < 0 or context < 1.
Tensor generate(const std::function<Tensor(const Tensor&)>& model, const Tensor& prompt, int64_t count,
                int64_t context, const SamplingOptions& options, int64_t seed);

/// Keys, rotated already, and values of the tokens so far: (n, key_heads, s, e).
struct Cache {
  Tensor keys, values;
};

struct Cached {
  Tensor output;
  Cache cache;
};

/// Task 13. Causal self-attention of t more tokens behind the s in the cache (s may be 0): as task 5, with
/// queries and keys of each head rotated by their place in the whole sequence, 0 … s + t − 1. x: (n, t, d),
/// the new tokens. Returns their outputs, (n, t, d), and the cache with them.
Cached cached_attention(const Tensor& x, const AttentionParameters& parameters, int64_t heads,
                        int64_t key_heads, const Cache& cache);
/// Of the steps i = 1 … tokens together, in each of which one token is predicted from i: forward_flops of all
/// i tokens; `cached`: of the last one alone, linear layers and logits once, and i pairs. Throws as
/// forward_flops.
int64_t generation_flops(const ModelShape& shape, int64_t tokens, bool cached);

/// Task 14. What your class derives from.
class LanguageModel : public torch::nn::Module {
 public:
  /// tokens: (n, t) int64. Returns float32 logits, (n, t, vocabulary), row i for token i + 1.
  virtual Tensor forward(const Tensor& tokens) = 0;
};

struct ModelOptions {
  int64_t vocabulary = 65;
  int64_t context = 64;
  int64_t width = 32;
  int64_t heads = 4;
  int64_t layers = 2;
  int64_t seed = 0;
};

/// The decoder of task 9, pre-norm, key_heads = heads, hidden = 4 width; forward throws where t > context.
/// Parameters in this order: embedding of tokens, of places; of each block norm1 (scale, shift), query, key,
/// value, output (weights, biases), norm2, up, down (weights, biases); the last norm. No buffers; names are
/// yours. Initially, float32: weights and embeddings N(0, 0.02²), those of each block's output and down N(0,
/// 0.02²/(2 layers)), biases and shifts 0, scales 1. [1/√(2 layers): Radford et al. 2019, section 2.3; 0.02:
/// their code] The seed alone decides: draw from at::make_generator<at::CPUGeneratorImpl>(seed), or call
/// torch::manual_seed(seed) first. Throws where an option is below 1 (seed: below 0) or width is no multiple
/// of heads.
std::shared_ptr<LanguageModel> make_language_model(const ModelOptions& options);

/// A trained model of your own choosing: size, steps and rates are yours. text: (length) int64. The checks
/// ask what it returns, after eval(), for the token behind 6 to 47 others, from another part of the same text:
/// each is shown only after it was asked for. At most 10 s on one thread.
std::shared_ptr<LanguageModel> fit_text(const Tensor& text, int64_t vocabulary, int64_t seed);

/// Task 15. Two layers of attention made by hand. With one-hot rows e(x_j) of the tokens:
///   p_i = Σ_j A_ij e(x_j), A_ij ∝ exp(sharpness · [j = i − 1]) over j < i; nothing (0) for i = 0;
///   y_i = Σ_j B_ij e(x_j), B_ij ∝ exp(sharpness · e(x_i)·p_j) over j ≤ i.
/// tokens: (n, t) int64. Returns y, (n, t, vocabulary) float64. Throws where sharpness < 0 or a token is not
/// in [0, vocabulary).
Tensor induction_head(const Tensor& tokens, int64_t vocabulary, double sharpness);
/// How much a head looks at what came after the same token: the mean of Σ weights_i(j + 1), over j < i with
/// x_j = x_i, over all sequences and places i that have such a j. [Olsson et al. 2022] weights: (n, t, t);
/// tokens: (n, t). Throws where no place has one.
double induction_score(const Tensor& weights, const Tensor& tokens);

struct Recurrence {
  Tensor output;  // (n, t, e)
  Tensor state;   // (n, d, e)
};

/// Task 16, graduate. Causal attention without softmax and scale, y_i = Σ_{j ≤ i} (q_i·k_j) v_j, as a
/// recurrence: S_i = S_{i−1} + k_i v_iᵀ, y_i = q_i S_i. [Katharopoulos et al. 2020, section 3.4] queries,
/// keys: (n, t, d); values: (n, t, e); state: (n, d, e), the S before the first place. Returns all y and the
/// last S. Neither t × t nor t × d × e numbers are needed.
Recurrence linear_attention(const Tensor& queries, const Tensor& keys, const Tensor& values,
                            const Tensor& state);

/// A head of linear attention on tokens z = (x, y) of d + 1 numbers: z ← z + output Σ_j value z_j (key z_j ·
/// query z), j over the examples. (d + 1, d + 1) each, float64.
struct HeadMatrices {
  Tensor query, key, value, output;
};

/// One that takes, from so many examples (x_j, y_j), a step of gradient descent on Σ_j (y_j − w·x_j)²/(2
/// examples) from w = 0: z ← (x, y − w'·x) for every token, w' the w after the step. [von Oswald et al. 2023,
/// proposition 1] Throws where d or examples < 1.
HeadMatrices descent_head(int64_t d, int64_t examples, double rate);
/// The rate with which this step predicts best: the mean of (w'·x − w*·x)² is least, y_j = w*·x_j + noise,
/// all x and w* ~ N(0, 1) of d numbers, noise ~ N(0, noise_variance). Throws where d or examples < 1 or
/// noise_variance < 0.
double best_rate(int64_t d, int64_t examples, double noise_variance);

}  // namespace transformer
