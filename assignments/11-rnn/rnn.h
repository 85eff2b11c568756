#pragma once

#include <torch/nn/module.h>
#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

/// Assignment 11: recurrent networks.
///
/// Sequences are (T, n, d): T steps first, n sequences, d numbers. A cell has m numbers of state and g blocks
/// of m rows, one for each gate, in LibTorch's order. Tokens are int64. Arguments do not require gradients,
/// are finite and are never changed; results have the dtype of the arguments, float64 and, in tasks 3, 6, 7
/// and 9, also float32. Logarithms are natural. "Throws" means TORCH_CHECK_VALUE with a line that says what
/// was expected and what was got; every function throws where the shapes do not fit each other.
namespace rnn {

using torch::Tensor;

/// Task 1. The characters of an ASCII text, each once, in increasing order. Throws where the text is empty.
std::string vocabulary(const std::string& text);
/// The place in `characters` of each character of the text: (length) int64. `characters` has none twice.
/// Throws where a character of the text is not among them.
Tensor encode(const std::string& text, const std::string& characters);
/// The text of tokens (length). Throws where one is not in [0, characters.size()).
std::string decode(const Tensor& tokens, const std::string& characters);

struct Chunks {
  Tensor inputs, targets;  // (chunks, context, lanes) int64
  int64_t left_out;        // tokens at the text's end that are nobody's target
};

/// Task 2. Cuts a text into so many lanes of equal length, one behind the other, and these into chunks of
/// `context` tokens, as many as there can be: lane l of chunk k goes on where lane l of chunk k − 1 ended.
/// Targets are the tokens that follow the inputs. tokens: (length) int64. Throws where lanes or context < 1,
/// or where there is not one chunk.
Chunks cut_lanes(const Tensor& tokens, int64_t lanes, int64_t context);

/// What a cell multiplies: input (g m, d), recurrent (g m, m), input_bias and recurrent_bias (g m). g = 1 for
/// the plain cell; 4 for the LSTM, gates i, f, g, o; 3 for the GRU, gates r, z, n.
struct Cell {
  Tensor input, recurrent, input_bias, recurrent_bias;
};

/// Task 3. tanh(W x + b + U h + b'). [Elman 1990] x: (n, d); h: (n, m). Returns (n, m).
Tensor rnn_step(const Tensor& x, const Tensor& h, const Cell& cell);
/// The states after each step, (T, n, m). x: (T, n, d), T ≥ 1; h: (n, m), before the first.
Tensor rnn_run(const Tensor& x, const Tensor& h, const Cell& cell);

/// Derivatives in the shapes of what they are derivatives by: x (T, n, d), state (n, m), and those of a cell.
struct CellGradients {
  Tensor x, state, input, recurrent, input_bias, recurrent_bias;
};

/// Task 4. The derivatives of Σ gradient · rnn_run(x, h, cell). gradient: (T, n, m).
CellGradients rnn_gradient(const Tensor& x, const Tensor& h, const Cell& cell, const Tensor& gradient);

/// Task 5. The largest absolute eigenvalue of U, (m, m) float64.
double spectral_radius(const Tensor& U);
/// |(Uᵀ)ᵗ g| for t = 0 … steps, (steps + 1): what is left of a gradient g, (m), t steps before. U: (m, m).
/// Throws where steps < 0.
Tensor gradient_norms(const Tensor& U, const Tensor& g, int64_t steps);
/// The largest |Uᵗ v| of all |v| = 1, for t = 0 … steps: (steps + 1). Throws where steps < 0.
Tensor gains(const Tensor& U, int64_t steps);

struct Clipped {
  std::vector<Tensor> gradients;
  double norm;  // of all numbers together, before
};

/// Task 6. All gradients times the same number, so that the norm of all of their numbers together is `most`,
/// where it was larger; else unchanged. [Pascanu et al. 2013, algorithm 1] Throws where most ≤ 0 or there are
/// none.
Clipped clip_gradients(const std::vector<Tensor>& gradients, double most);

struct LstmState {
  Tensor h, c;  // (n, m)
};

struct LstmRun {
  Tensor outputs;  // (T, n, m): h after each step
  LstmState last;
};

/// Task 7. i, f, o = σ(…), g = tanh(…), each of its rows of W x + b + U h + b'; c' = f c + i g,
/// h' = o tanh(c'). [Gers et al. 2000] x: (n, d). Autograd can pass through both.
LstmState lstm_step(const Tensor& x, const LstmState& state, const Cell& cell);
/// x: (T, n, d), T ≥ 1.
LstmRun lstm_run(const Tensor& x, const LstmState& state, const Cell& cell);

/// Task 8. An LSTM cell with m = 1 made by hand, float64. It reads one-hot vectors of d = tokens numbers.
/// From h = c = 0 its c is the number of tokens 0 minus the number of tokens 1 that it has read, to 10⁻⁹ for
/// up to 10,000 steps; other tokens change nothing. [Weiss et al. 2018] Throws where tokens < 2.
Cell counting_cell(int64_t tokens);

/// Task 9. r, z = σ(…), n = tanh(W_n x + b_n + r ∘ (U_n h + b'_n)); h' = (1 − z) n + z h. [Cho et al. 2014;
/// where r stands as in LibTorch] x: (n, d); h: (n, m). Returns (n, m).
Tensor gru_step(const Tensor& x, const Tensor& h, const Cell& cell);
/// The states after each step, (T, n, m). x: (T, n, d), T ≥ 1; h: (n, m).
Tensor gru_run(const Tensor& x, const Tensor& h, const Cell& cell);

struct LstmGradients {
  Tensor x, h, c, input, recurrent, input_bias, recurrent_bias;
};

/// Task 10, graduate. The derivatives of Σ gradient · outputs + Σ last.h · h_T + Σ last.c · c_T, the outputs
/// and the last state being lstm_run's. gradient: (T, n, m); last: (n, m) each.
LstmGradients lstm_gradient(const Tensor& x, const LstmState& state, const Cell& cell, const Tensor& gradient,
                            const LstmState& last);

/// Task 11. The same derivatives as in task 4, where no gradient passes from step k · context to step
/// k · context − 1, k = 1, 2, …: the states go on, the gradients do not. `context` need not divide T. Of the
/// state: by h before the first step. Throws where context < 1.
CellGradients truncated_gradient(const Tensor& x, const Tensor& h, const Cell& cell, const Tensor& gradient,
                                 int64_t context);

/// Task 12. p_i^(1/temperature)/Σ_j p_j^(1/temperature); at temperature 0 it is 1 for the first of the
/// largest and 0 else. probabilities: (v), sum 1, also with zeros, which stay 0. Any temperature ≥ 0. Returns
/// (v). Throws where temperature < 0.
Tensor tempered(const Tensor& probabilities, double temperature);

struct Step {
  Tensor probabilities;  // (v), of the next token
  Tensor state;          // (m)
};
/// A model that reads one token, in the state that the tokens before it have left.
using Reader = std::function<Step(int64_t token, const Tensor& state)>;

/// `count` tokens that follow a prompt, (p) int64, each drawn from the tempered probabilities of the next:
/// (p + count) int64, the prompt first. Every token is read once, in its order, from `state` on, (m); the
/// last one drawn need not be. The same seed draws the same tokens; equal probabilities and other seeds draw
/// others. Throws where the prompt is empty, count < 0 or temperature < 0.
Tensor generate(const Reader& read, const Tensor& state, const Tensor& prompt, int64_t count,
                double temperature, int64_t seed);

/// An encoder and a decoder, GRU cells of m numbers, for tokens 0 … v − 1: embedding (v + 1, d), of which the
/// last row, number v, begins every answer; output (v, m) and output_bias (v) make logits of a decoder's
/// state.
struct Translator {
  Tensor embedding;
  Cell encoder, decoder;
  Tensor output, output_bias;
};

/// Task 13. Logits of each token of an answer, (n, T, v), given the source and the tokens of the answer
/// before it: the decoder begins with the encoder's last state and reads v, answer_0, …, answer_(T − 2). The
/// encoder begins with zeros. [Cho et al. 2014; Sutskever et al. 2014] source: (n, S), answer: (n, T), int64,
/// S and T ≥ 1.
Tensor teacher_forced(const Tensor& source, const Tensor& answer, const Translator& translator);
/// An answer of `length` tokens, (n, length) int64: at each place the one of the largest logit, which the
/// decoder then reads. Throws where length < 1.
Tensor greedy_answer(const Tensor& source, int64_t length, const Translator& translator);

/// Task 14. a_ij = exp(h_i · e_j)/Σ_l exp(h_i · e_l) of decoder states h and encoder outputs e, of which
/// sequence k has lengths_k; the others are padding and get 0. [Luong et al. 2015, eq. 7 and 8, dot] states:
/// (n, T, m); memory: (n, S, m); lengths: (n) int64. Returns (n, T, S). Scores may be as large as 10⁶. Throws
/// where a length is not in [1, S].
Tensor alignment(const Tensor& states, const Tensor& memory, const Tensor& lengths);
/// tanh(W [c_i; h_i]), c_i = Σ_j a_ij e_j. [eq. 5] weights: W, (k, 2 m). Returns (n, T, k).
Tensor attended(const Tensor& states, const Tensor& memory, const Tensor& lengths, const Tensor& weights);

/// Task 15. What your class derives from.
class LanguageModel : public torch::nn::Module {
 public:
  /// tokens: (n, t) int64, t ≥ 1. Returns float32 logits, (n, t, vocabulary), row i for token i + 1.
  virtual Tensor forward(const Tensor& tokens) = 0;
};

struct ModelOptions {
  int64_t vocabulary = 65;
  int64_t embedding = 32;
  int64_t hidden = 64;
  int64_t seed = 0;
};

/// Rows of an embedding, read by the LSTM of task 7 from zeros, and a linear layer of its outputs. Parameters
/// in this order, float32: embedding (vocabulary, embedding); input, recurrent, input_bias, recurrent_bias of
/// the cell; the layer's weights (vocabulary, hidden) and biases (vocabulary). No buffers; names are yours.
/// Initially: the embedding N(0, 1); input, recurrent and the layer's weights uniform in ±1/√hidden; biases
/// 0, but 1 in input_bias for the forget gate [Gers et al. 2000; Jozefowicz et al. 2015]. The seed alone
/// decides. Any t: nothing remembers how long the sequences of the training were. Throws where an option is
/// below 1 (seed: below 0) or t = 0.
std::shared_ptr<LanguageModel> make_character_model(const ModelOptions& options);

/// A trained model of your own choosing: size, steps and rates are yours. text: (length) int64. The checks
/// ask what it returns, after eval(), for the token behind 6 to 95 others, from another part of the same
/// text: each is shown only after it was asked for. At most 10 s on one thread.
std::shared_ptr<LanguageModel> fit_text(const Tensor& text, int64_t vocabulary, int64_t seed);

/// Task 16, graduate. Real-time recurrent learning: the derivatives by cell.recurrent of
/// Σ_(s ≤ t) gradient_s · h_s for each t, (T, m, m), h being rnn_run's states. Going forwards once: entry t
/// needs no step behind t. [Williams and Zipser 1989] x: (T, n, d), h: (n, m), gradient: (T, n, m).
Tensor online_gradients(const Tensor& x, const Tensor& h, const Cell& cell, const Tensor& gradient);

}  // namespace rnn
