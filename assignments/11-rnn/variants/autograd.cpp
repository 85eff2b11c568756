#include "rnn.h"

#include <torch/csrc/autograd/autograd.h>
#include <torch/nn/functional/loss.h>
#include <torch/nn/modules/linear.h>
#include <torch/optim/adam.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <utility>
#include <vector>

// Derivatives by autograd, LibTorch's modules where they are allowed.
namespace rnn {

namespace {

#define EXPECT(holds) TORCH_CHECK_VALUE(holds, "expected " #holds)

/// Of Σ g · f(at), by each of `at`; none where f does not depend on it.
std::vector<Tensor> slopes(const std::vector<Tensor>& at, const std::function<Tensor(const std::vector<Tensor>&)>& f) {
  std::vector<Tensor> leaves, made;
  for (const auto& one : at) leaves.push_back(one.detach().clone().requires_grad_());
  const auto by = torch::autograd::grad({f(leaves)}, leaves, {}, false, false, true);
  for (std::size_t i = 0; i < at.size(); ++i) made.push_back(by[i].defined() ? by[i] : torch::zeros_like(at[i]));
  return made;
}

Tensor sums_of(const Tensor& x, const Tensor& h, const Cell& cell) {
  return torch::addmm(cell.input_bias + cell.recurrent_bias, torch::cat({x, h}, 1),
                      torch::cat({cell.input, cell.recurrent}, 1).t());
}

}  // namespace

std::string vocabulary(const std::string& text) {
  EXPECT(!text.empty());
  std::vector<bool> seen(256);
  for (const unsigned char one : text) seen[one] = true;
  std::string made;
  for (int code = 0; code < 256; ++code)
    if (seen[static_cast<std::size_t>(code)]) made.push_back(static_cast<char>(code));
  return made;
}

Tensor encode(const std::string& text, const std::string& characters) {
  auto places = torch::full({256}, -1, torch::kLong);
  for (std::size_t i = 0; i < characters.size(); ++i)
    places[static_cast<unsigned char>(characters[i])] = static_cast<int64_t>(i);
  std::vector<int64_t> codes;
  for (const unsigned char one : text) codes.push_back(one);
  const auto tokens = places.index_select(0, torch::tensor(codes, torch::kLong));
  EXPECT(tokens.numel() == 0 || tokens.min().item<int64_t>() >= 0);
  return tokens;
}

std::string decode(const Tensor& tokens, const std::string& characters) {
  std::string text(static_cast<std::size_t>(tokens.size(0)), ' ');
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto token = tokens[static_cast<int64_t>(i)].item<int64_t>();
    EXPECT(token >= 0 && token < static_cast<int64_t>(characters.size()));
    text[i] = characters[static_cast<std::size_t>(token)];
  }
  return text;
}

/// Lane by lane.
Chunks cut_lanes(const Tensor& tokens, int64_t lanes, int64_t context) {
  EXPECT(lanes >= 1 && context >= 1);
  const auto per_lane = (tokens.size(0) - 1) / lanes / context * context;
  EXPECT(per_lane > 0);
  std::vector<Tensor> inputs, targets;
  for (int64_t lane = 0; lane < lanes; ++lane) {
    inputs.push_back(tokens.narrow(0, lane * per_lane, per_lane).view({-1, context}));
    targets.push_back(tokens.narrow(0, lane * per_lane + 1, per_lane).view({-1, context}));
  }
  return {torch::stack(inputs, 2), torch::stack(targets, 2), tokens.size(0) - 1 - lanes * per_lane};
}

Tensor rnn_step(const Tensor& x, const Tensor& h, const Cell& cell) { return sums_of(x, h, cell).tanh(); }

Tensor rnn_run(const Tensor& x, const Tensor& h, const Cell& cell) {
  std::vector<Tensor> states{h};
  for (int64_t t = 0; t < x.size(0); ++t) states.push_back(rnn_step(x[t], states.back(), cell));
  return torch::stack(states).slice(0, 1).clone();
}

CellGradients rnn_gradient(const Tensor& x, const Tensor& h, const Cell& cell, const Tensor& gradient) {
  return truncated_gradient(x, h, cell, gradient, x.size(0));
}

double spectral_radius(const Tensor& U) { return std::get<0>(torch::linalg_eig(U)).abs().max().item<double>(); }

/// By autograd through a linear network.
Tensor gradient_norms(const Tensor& U, const Tensor& g, int64_t steps) {
  EXPECT(steps >= 0);
  std::vector<Tensor> norms;
  for (int64_t t = 0; t <= steps; ++t) {
    const auto by = slopes({torch::zeros_like(g)}, [&](const auto& at) {
      auto h = at[0];
      for (int64_t step = 0; step < t; ++step) h = U.matmul(h);
      return g.dot(h);
    });
    norms.push_back(by[0].square().sum().sqrt());
  }
  return torch::stack(norms);
}

Tensor gains(const Tensor& U, int64_t steps) {
  EXPECT(steps >= 0);
  std::vector<Tensor> powers{torch::eye(U.size(0), U.options())};
  for (int64_t t = 0; t < steps; ++t) powers.push_back(U.matmul(powers.back()));
  return torch::linalg_matrix_norm(torch::stack(powers), 2, {-2, -1}, false, c10::nullopt);
}

Clipped clip_gradients(const std::vector<Tensor>& gradients, double most) {
  EXPECT(!gradients.empty() && most > 0);
  double norm = 0;
  std::vector<Tensor> clipped;
  for (const auto& one : gradients) {
    const auto largest = one.abs().max().clamp_min(1e-300);
    norm = std::hypot(norm, (largest * (one / largest).norm()).item<double>());
  }
  if (norm < 1e-290) norm = 0;
  for (const auto& one : gradients) clipped.push_back(norm <= most ? one + 0 : most * (one / norm));
  return {clipped, norm};
}

LstmState lstm_step(const Tensor& x, const LstmState& state, const Cell& cell) {
  const auto m = state.h.size(1);
  const auto sums = sums_of(x, state.h, cell);
  const auto gates = torch::cat({sums.narrow(1, 0, 2 * m), sums.narrow(1, 3 * m, m)}, 1).sigmoid();
  const auto c = gates.narrow(1, m, m) * state.c + gates.narrow(1, 0, m) * sums.narrow(1, 2 * m, m).tanh();
  return {gates.narrow(1, 2 * m, m) * c.tanh(), c};
}

LstmRun lstm_run(const Tensor& x, const LstmState& state, const Cell& cell) {
  LstmRun run{{}, state};
  std::vector<Tensor> outputs;
  for (const auto& step : x.unbind()) outputs.push_back((run.last = lstm_step(step, run.last, cell)).h);
  run.outputs = torch::stack(outputs);
  return run;
}

Cell counting_cell(int64_t tokens) {
  EXPECT(tokens >= 2);
  auto input = torch::zeros({4, tokens}, torch::kFloat64), bias = torch::full({4}, 200, torch::kFloat64);
  input[2][0] = 50;
  input[2][1] = -50;
  bias[2] = 0;
  return {input, torch::zeros({4, 1}, torch::kFloat64), bias / 2, bias / 2};
}

Tensor gru_step(const Tensor& x, const Tensor& h, const Cell& cell) {
  const auto m = h.size(1);
  const auto read = x.matmul(cell.input.t()) + cell.input_bias, kept = h.matmul(cell.recurrent.t()) + cell.recurrent_bias;
  const auto gates = (read + kept).narrow(1, 0, 2 * m).sigmoid();
  const auto candidate = (read.narrow(1, 2 * m, m) + gates.narrow(1, 0, m) * kept.narrow(1, 2 * m, m)).tanh();
  return torch::lerp(candidate, h, gates.narrow(1, m, m));
}

Tensor gru_run(const Tensor& x, const Tensor& h, const Cell& cell) {
  std::vector<Tensor> states{h};
  for (const auto& step : x.unbind()) states.push_back(gru_step(step, states.back(), cell));
  return torch::stack(states).slice(0, 1).clone();
}

LstmGradients lstm_gradient(const Tensor& x, const LstmState& state, const Cell& cell, const Tensor& gradient,
                            const LstmState& last) {
  const auto by = slopes({x, state.h, state.c, cell.input, cell.recurrent, cell.input_bias, cell.recurrent_bias}, [&](const auto& at) {
    const auto run = lstm_run(at[0], {at[1], at[2]}, {at[3], at[4], at[5], at[6]});
    return (gradient * run.outputs).sum() + (last.h * run.last.h).sum() + (last.c * run.last.c).sum();
  });
  return {by[0], by[1], by[2], by[3], by[4], by[5], by[6]};
}

/// The state leaves the graph where a piece ends.
CellGradients truncated_gradient(const Tensor& x, const Tensor& h, const Cell& cell, const Tensor& gradient,
                                 int64_t context) {
  EXPECT(context >= 1);
  const auto by = slopes({x, h, cell.input, cell.recurrent, cell.input_bias, cell.recurrent_bias}, [&](const auto& at) {
    auto state = at[1];
    auto loss = torch::zeros({}, h.options());
    for (int64_t t = 0; t < x.size(0); ++t) {
      if (t > 0 && t % context == 0) state = state.detach();
      state = rnn_step(at[0][t], state, {at[2], at[3], at[4], at[5]});
      loss = loss + (gradient[t] * state).sum();
    }
    return loss;
  });
  return {by[0], by[1], by[2], by[3], by[4], by[5]};
}

Tensor tempered(const Tensor& probabilities, double temperature) {
  EXPECT(temperature >= 0);
  if (temperature > 0) return (probabilities.log() / temperature).softmax(0);
  auto made = torch::zeros_like(probabilities);
  made[probabilities.argmax()] = 1;
  return made;
}

Tensor generate(const Reader& read, const Tensor& state, const Tensor& prompt, int64_t count, double temperature,
                int64_t seed) {
  EXPECT(prompt.size(0) > 0 && count >= 0 && temperature >= 0);
  auto generator = torch::make_generator<torch::CPUGeneratorImpl>(static_cast<std::uint64_t>(seed));
  auto tokens = torch::cat({prompt, torch::zeros({count}, torch::kLong)});
  auto now = state;
  for (int64_t i = 0; i + 1 < tokens.size(0); ++i) {
    const auto step = read(tokens[i].item<int64_t>(), now);
    now = step.state;
    if (i + 1 >= prompt.size(0))
      tokens[i + 1] = torch::multinomial(tempered(step.probabilities, temperature), 1, true, generator)[0];
  }
  return tokens;
}

namespace {

Tensor read_source(const Tensor& source, const Translator& p) {
  const auto one_hot = torch::one_hot(source.t(), p.embedding.size(0)).to(p.embedding.scalar_type());
  return gru_run(one_hot.matmul(p.embedding), torch::zeros({source.size(0), p.output.size(1)}, p.output.options()), p.encoder)[-1];
}

}  // namespace

Tensor teacher_forced(const Tensor& source, const Tensor& answer, const Translator& p) {
  auto begun = answer.roll(1, 1);
  begun.select(1, 0).fill_(p.output.size(0));
  const auto x = torch::one_hot(begun.t(), p.embedding.size(0)).to(p.embedding.scalar_type()).matmul(p.embedding);
  return torch::einsum("tnm,vm->ntv", {gru_run(x, read_source(source, p), p.decoder), p.output}) + p.output_bias;
}

Tensor greedy_answer(const Tensor& source, int64_t length, const Translator& p) {
  EXPECT(length >= 1);
  auto state = read_source(source, p);
  auto x = p.embedding[-1].expand({source.size(0), p.embedding.size(1)});
  auto made = torch::empty({source.size(0), length}, torch::kLong);
  for (int64_t t = 0; t < length; ++t) {
    state = gru_step(x, state, p.decoder);
    const auto best = std::get<1>((state.matmul(p.output.t()) + p.output_bias).max(1));
    made.select(1, t).copy_(best);
    x = p.embedding.index_select(0, best);
  }
  return made;
}

/// Factors of 0 and 1 behind exp; what is hidden is lowered first, so that it cannot overflow.
Tensor alignment(const Tensor& states, const Tensor& memory, const Tensor& lengths) {
  EXPECT(lengths.ge(1).logical_and(lengths.le(memory.size(1))).all().item<bool>());
  const auto seen = torch::arange(memory.size(1)).unsqueeze(0).lt(lengths.unsqueeze(1)).unsqueeze(1);
  const auto scores = torch::bmm(states, memory.transpose(1, 2));
  const auto highest = torch::where(seen, scores, scores.min()).amax(2, true);
  const auto e = torch::where(seen, scores - highest, torch::zeros({}, scores.options())).exp() * seen;
  return e / e.sum(2, true);
}

Tensor attended(const Tensor& states, const Tensor& memory, const Tensor& lengths, const Tensor& weights) {
  const auto halves = weights.chunk(2, 1);
  const auto context = torch::bmm(alignment(states, memory, lengths), memory);
  return torch::tanh(torch::linear(context, halves[0]) + torch::linear(states, halves[1]));
}

namespace {

struct Lines : LanguageModel {
  explicit Lines(const ModelOptions& o) : hidden(o.hidden) {
    torch::manual_seed(static_cast<std::uint64_t>(o.seed));
    const double bound = 1 / std::sqrt(static_cast<double>(hidden));
    const auto uniform = [&](int64_t out, int64_t in) { return bound * (1 - 2 * torch::rand({out, in})); };
    table = register_parameter("table", torch::randn({o.vocabulary, o.embedding}));
    cell = {register_parameter("W", uniform(4 * hidden, o.embedding)), register_parameter("U", uniform(4 * hidden, hidden)),
            register_parameter("b", torch::cat({torch::zeros({hidden}), torch::ones({hidden}), torch::zeros({2 * hidden})})),
            register_parameter("c", torch::zeros({4 * hidden}))};
    last = register_module("last", torch::nn::Linear(hidden, o.vocabulary));
    const torch::NoGradGuard no_grad;
    last->weight.copy_(uniform(o.vocabulary, hidden));
    last->bias.zero_();
  }
  Tensor forward(const Tensor& tokens) override {
    EXPECT(tokens.size(1) >= 1);
    const auto zeros = table.new_zeros({tokens.size(0), hidden});
    return last(lstm_run(torch::embedding(table, tokens).transpose(0, 1), {zeros, zeros}, cell).outputs.transpose(0, 1));
  }

  int64_t hidden;
  Tensor table;
  Cell cell;
  torch::nn::Linear last{nullptr};
};

}  // namespace

std::shared_ptr<LanguageModel> make_character_model(const ModelOptions& o) {
  EXPECT(std::min({o.vocabulary, o.embedding, o.hidden}) >= 1 && o.seed >= 0);
  return std::make_shared<Lines>(o);
}

std::shared_ptr<LanguageModel> fit_text(const Tensor& text, int64_t vocabulary, int64_t seed) {
  const auto model = make_character_model({vocabulary, 40, 88, seed});
  const int64_t steps = 240, batch = 24, context = 36;
  torch::optim::Adam adam(model->parameters(), torch::optim::AdamOptions(1e-2).betas({0.9, 0.98}));
  const auto generator = torch::make_generator<torch::CPUGeneratorImpl>(static_cast<std::uint64_t>(seed));
  for (int64_t step = 0; step < steps; ++step) {
    const double half = 0.5 * (1 + std::cos(M_PI * static_cast<double>(step) / static_cast<double>(steps)));
    static_cast<torch::optim::AdamOptions&>(adam.param_groups()[0].options()).lr(1.2e-2 * half * std::min(1.0, 0.1 * static_cast<double>(step + 1)));
    const auto starts = torch::randint(text.size(0) - context, {batch, 1}, generator, torch::kLong);
    const auto piece = text.index_select(0, (starts + torch::arange(context + 1)).flatten()).view({batch, context + 1});
    const auto logits = model->forward(piece.narrow(1, 0, context));
    adam.zero_grad();
    torch::nn::functional::cross_entropy(logits.permute({0, 2, 1}), piece.narrow(1, 1, context)).backward();
    for (auto& parameter : model->parameters()) parameter.mutable_grad().clamp_(-0.5, 0.5);
    adam.step();
  }
  return model;
}

/// Backwards from each step anew.
Tensor online_gradients(const Tensor& x, const Tensor& h, const Cell& cell, const Tensor& gradient) {
  std::vector<Tensor> made;
  for (int64_t t = 1; t <= x.size(0); ++t)
    made.push_back(rnn_gradient(x.slice(0, 0, t), h, cell, gradient.slice(0, 0, t)).recurrent);
  return torch::stack(made);
}

}  // namespace rnn
