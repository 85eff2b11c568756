#include "rnn.h"

#include <torch/nn/functional/loss.h>
#include <torch/optim/adam.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace rnn {

namespace {

/// Given: a cell of so many gates that fits an x of d numbers last and a state (n, m).
[[maybe_unused]] void require_cell(const Tensor& x, int64_t dimensions, const Tensor& h, const Cell& cell,
                                   int64_t gates) {
  TORCH_CHECK_VALUE(x.dim() == dimensions && x.numel() > 0, "expected an x of ",
                    dimensions == 2 ? "(n, d)" : "(T, n, d)", ", got ", x.sizes());
  const auto n = x.size(dimensions - 2), d = x.size(dimensions - 1);
  TORCH_CHECK_VALUE(h.dim() == 2 && h.size(0) == n && h.size(1) > 0, "expected a state of (", n,
                    ", m), got ", h.sizes());
  const auto m = h.size(1), rows = gates * m;
  TORCH_CHECK_VALUE(cell.input.sizes() == at::IntArrayRef({rows, d}) &&
                        cell.recurrent.sizes() == at::IntArrayRef({rows, m}) &&
                        cell.input_bias.sizes() == at::IntArrayRef({rows}) &&
                        cell.recurrent_bias.sizes() == at::IntArrayRef({rows}),
                    "expected a cell of (", rows, ", ", d, "), (", rows, ", ", m, "), (", rows, ") twice, got ",
                    cell.input.sizes(), ", ", cell.recurrent.sizes(), ", ", cell.input_bias.sizes(), ", ",
                    cell.recurrent_bias.sizes());
}

/// Given: a tensor of these sizes.
[[maybe_unused]] void require_sizes(const Tensor& tensor, at::IntArrayRef sizes) {
  TORCH_CHECK_VALUE(tensor.sizes() == sizes, "expected ", sizes, ", got ", tensor.sizes());
}

/// Given: a square matrix.
[[maybe_unused]] void require_square(const Tensor& U) {
  TORCH_CHECK_VALUE(U.dim() == 2 && U.size(0) == U.size(1) && U.numel() > 0, "expected (m, m), got ",
                    U.sizes());
}

/// Given: int64 tokens of n sequences, none of them empty.
[[maybe_unused]] void require_tokens(const Tensor& tokens) {
  TORCH_CHECK_VALUE(tokens.dim() == 2 && tokens.numel() > 0 && tokens.scalar_type() == torch::kLong,
                    "expected int64 tokens of (n, t), got ", tokens.sizes(), " ", tokens.scalar_type());
}

/// Given: a generator of random numbers with a seed, for torch::rand, torch::randint and torch::multinomial.
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

/// Given: Adam, with gradients clipped at a norm of 1, on the cross-entropy of pieces of the text that start
/// anywhere. The rate rises over a tenth of the steps and falls linearly to 0.
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
    optimizer.zero_grad();
    torch::nn::functional::cross_entropy(logits.flatten(0, 1), batch.slice(1, 1).flatten()).backward();
    std::vector<Tensor> gradients;
    for (const auto& parameter : model.parameters()) gradients.push_back(parameter.grad());
    const auto clipped = clip_gradients(gradients, 1).gradients;
    for (std::size_t i = 0; i < gradients.size(); ++i) gradients[i].copy_(clipped.at(i));
    optimizer.step();
  }
}

}  // namespace

std::string vocabulary(const std::string& text) {
  TORCH_CHECK_VALUE(!text.empty(), "expected a text, got none");
  // BEGIN SOLUTION vocabulary: std::sort, then std::unique
  auto characters = text;
  std::sort(characters.begin(), characters.end());
  characters.erase(std::unique(characters.begin(), characters.end()), characters.end());
  return characters;
  // END SOLUTION
}

Tensor encode(const std::string& text, const std::string& characters) {
  // BEGIN SOLUTION encode: std::string::find, which may find nothing
  auto tokens = torch::empty({static_cast<int64_t>(text.size())}, torch::kLong);
  auto* token = tokens.data_ptr<int64_t>();
  for (const char character : text) {
    const auto place = characters.find(character);
    TORCH_CHECK_VALUE(place != std::string::npos, "expected characters of \"", characters, "\", got '", character, "'");
    *token++ = static_cast<int64_t>(place);
  }
  return tokens;
  // END SOLUTION
}

std::string decode(const Tensor& tokens, const std::string& characters) {
  TORCH_CHECK_VALUE(tokens.dim() == 1 && tokens.scalar_type() == torch::kLong,
                    "expected int64 tokens of (length), got ", tokens.sizes(), " ", tokens.scalar_type());
  // BEGIN SOLUTION decode
  std::string text;
  for (int64_t i = 0; i < tokens.size(0); ++i) {
    const auto token = tokens[i].item<int64_t>();
    TORCH_CHECK_VALUE(token >= 0 && token < static_cast<int64_t>(characters.size()), "expected tokens below ",
                      characters.size(), ", got ", token);
    text.push_back(characters[static_cast<std::size_t>(token)]);
  }
  return text;
  // END SOLUTION
}

Chunks cut_lanes(const Tensor& tokens, int64_t lanes, int64_t context) {
  TORCH_CHECK_VALUE(tokens.dim() == 1 && tokens.scalar_type() == torch::kLong,
                    "expected int64 tokens of (length), got ", tokens.sizes(), " ", tokens.scalar_type());
  TORCH_CHECK_VALUE(lanes >= 1 && context >= 1, "expected lanes and a context of at least 1, got ", lanes,
                    " and ", context);
  // BEGIN SOLUTION cut_lanes: how many chunks? Then (lanes, chunks, context), and the lanes last
  const auto targets = tokens.size(0) - 1, chunks = targets / (lanes * context);
  TORCH_CHECK_VALUE(chunks >= 1, "expected at least ", lanes * context + 1, " tokens, got ", tokens.size(0));
  const auto used = chunks * lanes * context;
  const auto cut = [&](int64_t first) {
    return tokens.slice(0, first, first + used).view({lanes, chunks, context}).permute({1, 2, 0}).contiguous();
  };
  return {cut(0), cut(1), targets - used};
  // END SOLUTION
}

Tensor rnn_step(const Tensor& x, const Tensor& h, const Cell& cell) {
  require_cell(x, 2, h, cell, 1);
  // BEGIN SOLUTION rnn_step
  return torch::tanh(torch::linear(x, cell.input, cell.input_bias) +
                     torch::linear(h, cell.recurrent, cell.recurrent_bias));
  // END SOLUTION
}

Tensor rnn_run(const Tensor& x, const Tensor& h, const Cell& cell) {
  require_cell(x, 3, h, cell, 1);
  // BEGIN SOLUTION rnn_run
  std::vector<Tensor> states;
  for (const auto& step : x.unbind()) states.push_back(rnn_step(step, states.empty() ? h : states.back(), cell));
  return torch::stack(states);
  // END SOLUTION
}

CellGradients rnn_gradient(const Tensor& x, const Tensor& h, const Cell& cell, const Tensor& gradient) {
  require_cell(x, 3, h, cell, 1);
  require_sizes(gradient, {x.size(0), h.size(0), h.size(1)});
  // BEGIN SOLUTION rnn_gradient: from the last step to the first; what reaches h_t comes from two sides
  const auto states = torch::cat({h.unsqueeze(0), rnn_run(x, h, cell)});
  const auto slopes = 1 - states.slice(0, 1).square();
  auto of_sums = torch::empty_like(gradient);
  auto of_state = torch::zeros_like(h);
  for (auto t = x.size(0) - 1; t >= 0; --t) {
    of_sums[t] = (gradient[t] + of_state) * slopes[t];
    of_state = of_sums[t].matmul(cell.recurrent);
  }
  const auto rows = of_sums.flatten(0, 1);
  const auto bias = rows.sum(0);
  return {of_sums.matmul(cell.input), of_state, rows.t().matmul(x.flatten(0, 1)),
          rows.t().matmul(states.slice(0, 0, x.size(0)).flatten(0, 1)), bias, bias.clone()};
  // END SOLUTION
}

double spectral_radius(const Tensor& U) {
  require_square(U);
  // BEGIN SOLUTION spectral_radius: eigenvalues are complex numbers
  return torch::linalg_eigvals(U).abs().max().item<double>();
  // END SOLUTION
}

Tensor gradient_norms(const Tensor& U, const Tensor& g, int64_t steps) {
  require_square(U);
  require_sizes(g, {U.size(0)});
  // BEGIN SOLUTION gradient_norms
  TORCH_CHECK_VALUE(steps >= 0, "expected steps of at least 0, got ", steps);
  std::vector<Tensor> norms;
  auto left = g;
  for (int64_t t = 0; t <= steps; ++t) {
    norms.push_back(left.norm());
    left = U.t().mv(left);
  }
  return torch::stack(norms);
  // END SOLUTION
}

Tensor gains(const Tensor& U, int64_t steps) {
  require_square(U);
  // BEGIN SOLUTION gains: largest singular values
  TORCH_CHECK_VALUE(steps >= 0, "expected steps of at least 0, got ", steps);
  std::vector<Tensor> largest;
  auto power = torch::eye(U.size(0), U.options());
  for (int64_t t = 0; t <= steps; ++t) {
    largest.push_back(torch::linalg_svdvals(power).max());
    power = power.matmul(U);
  }
  return torch::stack(largest);
  // END SOLUTION
}

Clipped clip_gradients(const std::vector<Tensor>& gradients, double most) {
  // BEGIN SOLUTION clip_gradients: one norm of all; squares of 10²⁰⁰ are no numbers
  TORCH_CHECK_VALUE(!gradients.empty() && most > 0, "expected gradients and a norm above 0, got ",
                    gradients.size(), " and ", most);
  double largest = 0, sum = 0;
  for (const auto& one : gradients)
    if (one.numel() > 0) largest = std::max(largest, one.abs().max().item<double>());
  for (const auto& one : gradients)
    if (largest > 0) sum += (one.to(torch::kFloat64) / largest).square().sum().item<double>();
  const double norm = largest * std::sqrt(sum);
  const double factor = norm > most ? most / norm : 1;
  std::vector<Tensor> clipped;
  for (const auto& one : gradients) clipped.push_back(one * factor);
  return {clipped, norm};
  // END SOLUTION
}

// BEGIN SOLUTION
namespace {

/// `inputs`: W x + b of one step.
LstmState advance_lstm(const Tensor& inputs, const LstmState& state, const Cell& cell) {
  const auto gates = (inputs + torch::linear(state.h, cell.recurrent, cell.recurrent_bias)).chunk(4, 1);
  const auto c = gates[1].sigmoid() * state.c + gates[0].sigmoid() * gates[2].tanh();
  return {gates[3].sigmoid() * c.tanh(), c};
}

}  // namespace
// END SOLUTION

LstmState lstm_step(const Tensor& x, const LstmState& state, const Cell& cell) {
  require_cell(x, 2, state.h, cell, 4);
  require_sizes(state.c, state.h.sizes());
  // BEGIN SOLUTION lstm_step: Tensor::chunk
  return advance_lstm(torch::linear(x, cell.input, cell.input_bias), state, cell);
  // END SOLUTION
}

LstmRun lstm_run(const Tensor& x, const LstmState& state, const Cell& cell) {
  require_cell(x, 3, state.h, cell, 4);
  require_sizes(state.c, state.h.sizes());
  // BEGIN SOLUTION lstm_run: W x + b of all steps can be one product, which is faster
  auto last = state;
  std::vector<Tensor> outputs;
  for (const auto& step : torch::linear(x, cell.input, cell.input_bias).unbind()) {
    last = advance_lstm(step, last, cell);
    outputs.push_back(last.h);
  }
  return {torch::stack(outputs), last};
  // END SOLUTION
}

Cell counting_cell(int64_t tokens) {
  TORCH_CHECK_VALUE(tokens >= 2, "expected at least 2 tokens, got ", tokens);
  // BEGIN SOLUTION counting_cell: σ(40) and tanh(20) are 1 in float64
  auto input = torch::zeros({4, tokens}, torch::kFloat64);
  input[2][0] = 20;
  input[2][1] = -20;
  const auto open = torch::tensor({40.0, 40.0, 0.0, 40.0}, torch::kFloat64);
  return {input, torch::zeros({4, 1}, torch::kFloat64), open, torch::zeros_like(open)};
  // END SOLUTION
}

Tensor gru_step(const Tensor& x, const Tensor& h, const Cell& cell) {
  require_cell(x, 2, h, cell, 3);
  // BEGIN SOLUTION gru_step: r multiplies what U and b' made of h
  const auto from_x = torch::linear(x, cell.input, cell.input_bias).chunk(3, 1);
  const auto from_h = torch::linear(h, cell.recurrent, cell.recurrent_bias).chunk(3, 1);
  const auto r = (from_x[0] + from_h[0]).sigmoid(), z = (from_x[1] + from_h[1]).sigmoid();
  const auto candidate = (from_x[2] + r * from_h[2]).tanh();
  return (1 - z) * candidate + z * h;
  // END SOLUTION
}

Tensor gru_run(const Tensor& x, const Tensor& h, const Cell& cell) {
  require_cell(x, 3, h, cell, 3);
  // BEGIN SOLUTION gru_run
  std::vector<Tensor> states;
  auto state = h;
  for (const auto& step : x.unbind()) states.push_back(state = gru_step(step, state, cell));
  return torch::stack(states);
  // END SOLUTION
}

LstmGradients lstm_gradient(const Tensor& x, const LstmState& state, const Cell& cell, const Tensor& gradient,
                            const LstmState& last) {
  require_cell(x, 3, state.h, cell, 4);
  require_sizes(state.c, state.h.sizes());
  require_sizes(gradient, {x.size(0), state.h.size(0), state.h.size(1)});
  require_sizes(last.h, state.h.sizes());
  require_sizes(last.c, state.h.sizes());
  // BEGIN SOLUTION lstm_gradient: c' is reached through o tanh(c') and from the step after it
  const auto T = x.size(0);
  std::vector<LstmState> states{state};
  for (int64_t t = 0; t < T; ++t) states.push_back(lstm_step(x[t], states.back(), cell));
  std::vector<Tensor> of_sums(static_cast<std::size_t>(T)), before;
  auto of_h = last.h, of_c = last.c;
  for (auto t = T - 1; t >= 0; --t) {
    const auto& [h, c] = states[static_cast<std::size_t>(t)];
    const auto sums = torch::linear(x[t], cell.input, cell.input_bias) +
                      torch::linear(h, cell.recurrent, cell.recurrent_bias);
    const auto gates = sums.chunk(4, 1);
    const auto i = gates[0].sigmoid(), f = gates[1].sigmoid(), g = gates[2].tanh(), o = gates[3].sigmoid();
    const auto squashed = states[static_cast<std::size_t>(t) + 1].c.tanh();
    of_h = of_h + gradient[t];
    of_c = of_c + of_h * o * (1 - squashed.square());
    const auto of_gates = torch::cat({of_c * g * i * (1 - i), of_c * c * f * (1 - f),
                                      of_c * i * (1 - g.square()), of_h * squashed * o * (1 - o)}, 1);
    of_c = of_c * f;
    of_h = of_gates.matmul(cell.recurrent);
    of_sums[static_cast<std::size_t>(t)] = of_gates;
  }
  for (int64_t t = 0; t < T; ++t) before.push_back(states[static_cast<std::size_t>(t)].h);
  const auto rows = torch::cat(of_sums);
  const auto bias = rows.sum(0);
  return {rows.matmul(cell.input).view(x.sizes()), of_h, of_c, rows.t().matmul(x.flatten(0, 1)),
          rows.t().matmul(torch::cat(before)), bias, bias.clone()};
  // END SOLUTION
}

CellGradients truncated_gradient(const Tensor& x, const Tensor& h, const Cell& cell, const Tensor& gradient,
                                 int64_t context) {
  require_cell(x, 3, h, cell, 1);
  require_sizes(gradient, {x.size(0), h.size(0), h.size(1)});
  // BEGIN SOLUTION truncated_gradient: rnn_gradient of each piece, from the state that the one before it left
  TORCH_CHECK_VALUE(context >= 1, "expected a context of at least 1, got ", context);
  const auto states = rnn_run(x, h, cell);
  auto sum = rnn_gradient(x.slice(0, 0, context), h, cell, gradient.slice(0, 0, context));
  std::vector<Tensor> of_x{sum.x};
  for (auto first = context; first < x.size(0); first += context) {
    const auto piece = rnn_gradient(x.slice(0, first, first + context), states[first - 1], cell,
                                    gradient.slice(0, first, first + context));
    of_x.push_back(piece.x);
    sum.input += piece.input;
    sum.recurrent += piece.recurrent;
    sum.input_bias += piece.input_bias;
    sum.recurrent_bias += piece.recurrent_bias;
  }
  sum.x = torch::cat(of_x);
  return sum;
  // END SOLUTION
}

Tensor tempered(const Tensor& probabilities, double temperature) {
  TORCH_CHECK_VALUE(probabilities.dim() == 1 && probabilities.numel() > 0, "expected (v), got ",
                    probabilities.sizes());
  // BEGIN SOLUTION tempered: p^(1/T) of small p is 0; p over the largest is not, for one of them
  TORCH_CHECK_VALUE(temperature >= 0, "expected a temperature of at least 0, got ", temperature);
  if (temperature == 0)
    return torch::zeros_like(probabilities).index_fill(0, probabilities.argmax().unsqueeze(0), 1);
  const auto weights = ((probabilities / probabilities.max()).log() / temperature).exp();
  return weights / weights.sum();
  // END SOLUTION
}

Tensor generate(const Reader& read, const Tensor& state, const Tensor& prompt, int64_t count, double temperature,
                int64_t seed) {
  TORCH_CHECK_VALUE(prompt.dim() == 1 && prompt.scalar_type() == torch::kLong,
                    "expected an int64 prompt of (p), got ", prompt.sizes(), " ", prompt.scalar_type());
  // BEGIN SOLUTION generate: torch::multinomial(p, 1, false, generator) draws
  TORCH_CHECK_VALUE(prompt.size(0) > 0, "expected a prompt of at least one token");
  TORCH_CHECK_VALUE(count >= 0 && temperature >= 0, "expected a count and a temperature of at least 0, got ",
                    count, " and ", temperature);
  const auto generator = seeded(seed);
  Step step{{}, state};
  for (int64_t i = 0; i < prompt.size(0); ++i) step = read(prompt[i].item<int64_t>(), step.state);
  std::vector<Tensor> tokens{prompt};
  for (int64_t drawn = 0; drawn < count; ++drawn) {
    if (drawn > 0) step = read(tokens.back().item<int64_t>(), step.state);
    tokens.push_back(torch::multinomial(tempered(step.probabilities, temperature), 1, false, generator));
  }
  return torch::cat(tokens);
  // END SOLUTION
}

// BEGIN SOLUTION
namespace {

/// The encoder's last state, (n, m).
Tensor encoded(const Tensor& source, const Translator& p) {
  const auto x = torch::embedding(p.embedding, source.t());
  const auto zeros = torch::zeros({source.size(0), p.output.size(1)}, p.embedding.options());
  return gru_run(x, zeros, p.encoder)[-1];
}

}  // namespace
// END SOLUTION

Tensor teacher_forced(const Tensor& source, const Tensor& answer, const Translator& translator) {
  require_tokens(source);
  require_tokens(answer);
  require_sizes(answer.select(1, 0), {source.size(0)});
  // BEGIN SOLUTION teacher_forced: the answer, one place later
  const auto& p = translator;
  const auto begin = torch::full({answer.size(0), 1}, p.output.size(0), torch::kLong);
  const auto begun = torch::cat({begin, answer.slice(1, 0, answer.size(1) - 1)}, 1);
  const auto states = gru_run(torch::embedding(p.embedding, begun.t()), encoded(source, p), p.decoder);
  return torch::linear(states, p.output, p.output_bias).transpose(0, 1).contiguous();
  // END SOLUTION
}

Tensor greedy_answer(const Tensor& source, int64_t length, const Translator& translator) {
  require_tokens(source);
  // BEGIN SOLUTION greedy_answer: each token is read by the decoder in its turn
  TORCH_CHECK_VALUE(length >= 1, "expected a length of at least 1, got ", length);
  const auto& p = translator;
  auto state = encoded(source, p);
  auto token = torch::full({source.size(0)}, p.output.size(0), torch::kLong);
  std::vector<Tensor> tokens;
  for (int64_t t = 0; t < length; ++t) {
    state = gru_step(torch::embedding(p.embedding, token), state, p.decoder);
    token = torch::linear(state, p.output, p.output_bias).argmax(1);
    tokens.push_back(token);
  }
  return torch::stack(tokens, 1);
  // END SOLUTION
}

Tensor alignment(const Tensor& states, const Tensor& memory, const Tensor& lengths) {
  TORCH_CHECK_VALUE(states.dim() == 3 && memory.dim() == 3 && memory.numel() > 0 &&
                        states.size(0) == memory.size(0) && states.size(2) == memory.size(2),
                    "expected states and a memory of (n, T, m) and (n, S, m), got ", states.sizes(), " and ",
                    memory.sizes());
  require_sizes(lengths, {memory.size(0)});
  // BEGIN SOLUTION alignment: no weight for padding, in the sum neither
  TORCH_CHECK_VALUE(lengths.min().item<int64_t>() >= 1 && lengths.max().item<int64_t>() <= memory.size(1),
                    "expected lengths from 1 to ", memory.size(1), ", got ", lengths);
  const auto padding = torch::arange(memory.size(1)) >= lengths.unsqueeze(1);
  const auto scores = states.matmul(memory.transpose(1, 2));
  return scores.masked_fill(padding.unsqueeze(1), -std::numeric_limits<double>::infinity()).softmax(2);
  // END SOLUTION
}

Tensor attended(const Tensor& states, const Tensor& memory, const Tensor& lengths, const Tensor& weights) {
  TORCH_CHECK_VALUE(weights.dim() == 2 && states.dim() == 3 && weights.size(1) == 2 * states.size(2),
                    "expected weights of (k, 2 m), got ", weights.sizes());
  // BEGIN SOLUTION attended: the context first, as in [c; h]
  const auto context = alignment(states, memory, lengths).matmul(memory);
  return torch::cat({context, states}, 2).matmul(weights.t()).tanh();
  // END SOLUTION
}

// BEGIN SOLUTION
namespace {

struct CharacterModel : LanguageModel {
  explicit CharacterModel(const ModelOptions& options)
      : generator(seeded(options.seed)), hidden(options.hidden) {
    const auto m = options.hidden;
    embedding = registered(torch::randn({options.vocabulary, options.embedding}, generator, torch::kFloat32));
    cell.input = uniform({4 * m, options.embedding});
    cell.recurrent = uniform({4 * m, m});
    auto bias = torch::zeros({4 * m});
    bias.slice(0, m, 2 * m).fill_(1);
    cell.input_bias = registered(bias);
    cell.recurrent_bias = registered(torch::zeros({4 * m}));
    output = uniform({options.vocabulary, m});
    output_bias = registered(torch::zeros({options.vocabulary}));
  }

  Tensor forward(const Tensor& tokens) override {
    require_tokens(tokens);
    const auto zeros = torch::zeros({tokens.size(0), hidden});
    const auto read = lstm_run(torch::embedding(embedding, tokens.t()), {zeros, zeros}, cell).outputs;
    return torch::linear(read, output, output_bias).transpose(0, 1);
  }

 private:
  Tensor registered(const Tensor& value) {
    return register_parameter("p" + std::to_string(parameters().size()), value);
  }
  Tensor uniform(at::IntArrayRef shape) {
    const double bound = 1 / std::sqrt(static_cast<double>(hidden));
    return registered(bound * (2 * torch::rand(shape, generator, torch::kFloat32) - 1));
  }

  torch::Generator generator;
  int64_t hidden;
  Tensor embedding, output, output_bias;
  Cell cell;
};

}  // namespace
// END SOLUTION

std::shared_ptr<LanguageModel> make_character_model(const ModelOptions& options) {
  const auto& [vocabulary, embedding, hidden, seed] = options;
  TORCH_CHECK_VALUE(std::min({vocabulary, embedding, hidden}) >= 1 && seed >= 0,
                    "expected at least 1 of each and a seed of at least 0, got ", vocabulary, ", ", embedding,
                    ", ", hidden, " and ", seed);
  // BEGIN SOLUTION make_character_model: register_parameter returns the tensor that lstm_run can use
  return std::make_shared<CharacterModel>(options);
  // END SOLUTION
}

std::shared_ptr<LanguageModel> fit_text(const Tensor& text, int64_t vocabulary, int64_t seed) {
  // BEGIN SOLUTION fit_text: make_character_model and train, which is given
  const auto model =
      make_character_model({.vocabulary = vocabulary, .embedding = 32, .hidden = 80, .seed = seed});
  train(*model, text, {.steps = 300, .batch_size = 24, .context = 32, .learning_rate = 1e-2, .seed = seed});
  return model;
  // END SOLUTION
}

Tensor online_gradients(const Tensor& x, const Tensor& h, const Cell& cell, const Tensor& gradient) {
  require_cell(x, 3, h, cell, 1);
  require_sizes(gradient, {x.size(0), h.size(0), h.size(1)});
  // BEGIN SOLUTION online_gradients: carry ∂h_k/∂U_ij, (n, m, m, m), from step to step
  const auto n = h.size(0), m = h.size(1);
  auto state = h;
  auto slopes = torch::zeros({n, m, m * m}, h.options());
  auto sum = torch::zeros({m, m}, h.options());
  std::vector<Tensor> sums;
  for (int64_t t = 0; t < x.size(0); ++t) {
    // ∂(U h)_k/∂U_ij = δ_ki h_j, and U ∂h/∂U_ij.
    const auto direct = torch::eye(m, h.options()).view({1, m, m, 1}) * state.view({n, 1, 1, m});
    state = rnn_step(x[t], state, cell);
    slopes = (1 - state.square()).unsqueeze(2) * (direct.view({n, m, m * m}) + cell.recurrent.matmul(slopes));
    sum = sum + (gradient[t].unsqueeze(2) * slopes).sum({0, 1}).view({m, m});
    sums.push_back(sum);
  }
  return torch::stack(sums);
  // END SOLUTION
}

}  // namespace rnn
