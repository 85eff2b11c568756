#include "rnn.h"

#include <torch/nn/functional/loss.h>
#include <torch/optim/adam.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

// All steps or sequences at once where that can be: Jacobians, inverse-free factorisations, one product for many.
namespace rnn {

namespace {

void expect(bool holds, const char* what) { TORCH_CHECK_VALUE(holds, "expected ", what); }

/// x and h and two ones, beside each other: a cell is one matrix.
Tensor joined(const Tensor& x, const Tensor& h) {
  const auto ones = torch::ones({x.size(0), 2}, x.options());
  return torch::cat({x, h, ones}, 1);
}

Tensor joined(const Cell& cell) {
  return torch::cat({cell.input, cell.recurrent, cell.input_bias.unsqueeze(1), cell.recurrent_bias.unsqueeze(1)}, 1);
}

/// Takes a gradient by the joined matrix apart.
Cell apart(const Tensor& joint, int64_t d, int64_t m) {
  return {joint.slice(1, 0, d).clone(), joint.slice(1, d, d + m).clone(), joint.select(1, d + m).clone(),
          joint.select(1, d + m + 1).clone()};
}

Tensor logistic(const Tensor& z) { return 0.5 * (1 + torch::tanh(0.5 * z)); }

}  // namespace

std::string vocabulary(const std::string& text) {
  expect(!text.empty(), "a text");
  std::string made;
  for (const char one : text)
    if (made.find(one) == std::string::npos) made.insert(std::lower_bound(made.begin(), made.end(), one), one);
  return made;
}

Tensor encode(const std::string& text, const std::string& characters) {
  std::vector<int64_t> tokens(text.size());
  std::transform(text.begin(), text.end(), tokens.begin(), [&](char one) {
    const auto place = std::find(characters.begin(), characters.end(), one);
    if (place == characters.end()) throw c10::ValueError({__func__, __FILE__, 0}, std::string("expected no ") + one);
    return place - characters.begin();
  });
  return torch::tensor(tokens, torch::kLong);
}

std::string decode(const Tensor& tokens, const std::string& characters) {
  const auto v = static_cast<int64_t>(characters.size());
  expect(tokens.numel() == 0 || (tokens.min().item<int64_t>() >= 0 && tokens.max().item<int64_t>() < v), "tokens of the vocabulary");
  std::string text;
  const auto whole = tokens.contiguous();
  for (const auto* token = whole.data_ptr<int64_t>(); token < whole.data_ptr<int64_t>() + whole.numel(); ++token)
    text += characters[static_cast<std::size_t>(*token)];
  return text;
}

Chunks cut_lanes(const Tensor& tokens, int64_t lanes, int64_t context) {
  expect(lanes >= 1 && context >= 1 && tokens.size(0) > lanes * context, "a text of one chunk at least");
  const auto chunks = (tokens.size(0) - 1) / (lanes * context);
  const auto chunk = torch::arange(chunks).view({-1, 1, 1}), step = torch::arange(context).view({1, -1, 1}),
             lane = torch::arange(lanes).view({1, 1, -1});
  const auto places = (lane * chunks + chunk) * context + step;
  const auto at = [&](const Tensor& where) { return tokens.index_select(0, where.flatten()).view(where.sizes()); };
  return {at(places), at(places + 1), tokens.size(0) - 2 - places.max().item<int64_t>()};
}

Tensor rnn_step(const Tensor& x, const Tensor& h, const Cell& cell) {
  return 2 * torch::sigmoid(2 * joined(x, h).mm(joined(cell).t())) - 1;
}

Tensor rnn_run(const Tensor& x, const Tensor& h, const Cell& cell) {
  auto all = h.new_empty({x.size(0) + 1, h.size(0), h.size(1)});
  all[0] = h;
  const auto read = x.matmul(cell.input.t()) + (cell.input_bias + cell.recurrent_bias);
  for (int64_t t = 0; t < x.size(0); ++t) all[t + 1] = torch::tanh(read[t] + all[t].mm(cell.recurrent.t()));
  return all.slice(0, 1).clone();
}

/// δ by the product of Jacobians, ∂h_s/∂a_t, of all pairs of steps.
CellGradients rnn_gradient(const Tensor& x, const Tensor& h, const Cell& cell, const Tensor& gradient) {
  const auto T = x.size(0), n = h.size(0), m = h.size(1), d = x.size(2);
  const auto states = rnn_run(x, h, cell), before = torch::cat({h.unsqueeze(0), states.slice(0, 0, T - 1)});
  const auto slopes = torch::diag_embed(1 - states * states);  // (T, n, m, m)
  std::vector<Tensor> deltas;
  for (int64_t t = 0; t < T; ++t) {
    auto jacobian = slopes[t];  // ∂h_s/∂a_t, s = t
    auto delta = torch::einsum("ni,nij->nj", {gradient[t], jacobian});
    for (int64_t s = t + 1; s < T; ++s) {
      jacobian = slopes[s].matmul(cell.recurrent).matmul(jacobian);
      delta = delta + torch::einsum("ni,nij->nj", {gradient[s], jacobian});
    }
    deltas.push_back(delta);
  }
  const auto delta = torch::stack(deltas);
  const auto seen = torch::cat({x, before, torch::ones({T, n, 2}, x.options())}, 2);
  const auto by = apart(torch::einsum("tni,tnj->ij", {delta, seen}), d, m);
  return {delta.matmul(cell.input), delta[0].matmul(cell.recurrent), by.input, by.recurrent, by.input_bias, by.recurrent_bias};
}

/// |λ|² is the larger of its squared parts' sums.
double spectral_radius(const Tensor& U) {
  const auto values = torch::linalg_eigvals(U);
  return std::sqrt((torch::real(values).square() + torch::imag(values).square()).max().item<double>());
}

Tensor gradient_norms(const Tensor& U, const Tensor& g, int64_t steps) {
  expect(steps >= 0, "no negative number of steps");
  std::vector<Tensor> rows{g};
  for (int64_t t = 0; t < steps; ++t) rows.push_back(rows.back().unsqueeze(0).mm(U).squeeze(0));
  return torch::stack(rows).norm(2, at::IntArrayRef{1});
}

Tensor gains(const Tensor& U, int64_t steps) {
  expect(steps >= 0, "no negative number of steps");
  std::vector<Tensor> powers{torch::eye(U.size(0), U.options())};
  for (int64_t t = 0; t < steps; ++t) powers.push_back(powers.back().mm(U));
  return torch::linalg_svdvals(torch::stack(powers)).amax(1);
}

Clipped clip_gradients(const std::vector<Tensor>& gradients, double most) {
  expect(!gradients.empty() && most > 0, "gradients, and a norm above 0");
  std::vector<Tensor> flat, made;
  for (const auto& one : gradients) flat.push_back(one.flatten());
  const auto all = torch::cat(flat);
  const auto unit = std::max(all.abs().max().item<double>(), std::numeric_limits<double>::min());
  const double norm = unit * (all / unit).norm().item<double>();
  const auto scaled = norm > most ? all * (most / norm) : all.clone();
  int64_t first = 0;
  for (const auto& one : gradients) {
    made.push_back(scaled.slice(0, first, first + one.numel()).view(one.sizes()).clone());
    first += one.numel();
  }
  return {made, norm};
}

LstmState lstm_step(const Tensor& x, const LstmState& state, const Cell& cell) {
  const auto sums = joined(x, state.h).mm(joined(cell).t()).view({x.size(0), 4, -1});
  const auto c = logistic(sums.select(1, 1)) * state.c + logistic(sums.select(1, 0)) * sums.select(1, 2).tanh();
  return {logistic(sums.select(1, 3)) * c.tanh(), c};
}

LstmRun lstm_run(const Tensor& x, const LstmState& state, const Cell& cell) {
  const auto read = x.matmul(cell.input.t()) + (cell.input_bias + cell.recurrent_bias);
  const auto m = state.h.size(1);
  auto h = state.h, c = state.c;
  std::vector<Tensor> outputs;
  for (int64_t t = 0; t < x.size(0); ++t) {
    const auto sums = read[t] + h.mm(cell.recurrent.t());
    const auto open = sums.slice(1, 0, 2 * m).sigmoid();
    c = open.slice(1, m, 2 * m) * c + open.slice(1, 0, m) * sums.slice(1, 2 * m, 3 * m).tanh();
    h = sums.slice(1, 3 * m, 4 * m).sigmoid() * c.tanh();
    outputs.push_back(h);
  }
  return {torch::stack(outputs), {h, c}};
}

/// By the state: what is read shows in no gate, but opens them.
Cell counting_cell(int64_t tokens) {
  expect(tokens >= 2, "two tokens");
  auto weights = torch::zeros({4, tokens}, torch::kFloat64);
  const auto gates = torch::tensor({int64_t{0}, int64_t{1}, int64_t{3}});
  weights.index_fill_(0, gates, 45);
  weights.select(1, 0)[2] = 25;
  weights.select(1, 1)[2] = -25;
  return {weights, torch::zeros({4, 1}, torch::kFloat64), torch::zeros({4}, torch::kFloat64), torch::zeros({4}, torch::kFloat64)};
}

Tensor gru_step(const Tensor& x, const Tensor& h, const Cell& cell) {
  const auto n = x.size(0), m = h.size(1);
  const auto read = torch::addmm(cell.input_bias, x, cell.input.t()).view({n, 3, m}),
             kept = torch::addmm(cell.recurrent_bias, h, cell.recurrent.t()).view({n, 3, m});
  const auto open = logistic(read.slice(1, 0, 2) + kept.slice(1, 0, 2));
  const auto candidate = torch::addcmul(read.select(1, 2), open.select(1, 0), kept.select(1, 2)).tanh();
  return candidate + open.select(1, 1) * (h - candidate);
}

Tensor gru_run(const Tensor& x, const Tensor& h, const Cell& cell) {
  auto all = h.new_empty({x.size(0), h.size(0), h.size(1)});
  for (int64_t t = 0; t < x.size(0); ++t) all[t] = gru_step(x[t], t > 0 ? all[t - 1] : h, cell);
  return all;
}

/// The way there keeps slopes; the way back has products alone.
LstmGradients lstm_gradient(const Tensor& x, const LstmState& state, const Cell& cell, const Tensor& gradient,
                            const LstmState& last) {
  const auto T = x.size(0), n = x.size(1), d = x.size(2), m = state.h.size(1);
  struct Slopes {
    Tensor gates, f, by_c, out, seen;
  };
  std::vector<Slopes> kept;
  auto now = state;
  for (int64_t t = 0; t < T; ++t) {
    const auto seen = joined(x[t], now.h);
    const auto sums = seen.mm(joined(cell).t()).view({n, 4, m});
    const auto open = logistic(sums);
    const auto i = open.select(1, 0), f = open.select(1, 1), g = sums.select(1, 2).tanh(), o = open.select(1, 3);
    const auto c = f * now.c + i * g, squashed = c.tanh();
    const auto gates = torch::stack({g * i * (1 - i), now.c * f * (1 - f), i * (1 - g * g)}, 1);
    kept.push_back({gates, f, o * (1 - squashed * squashed), squashed * o * (1 - o), seen});
    now = {o * squashed, c};
  }
  auto h = last.h, c = last.c;
  auto joint = torch::zeros({4 * m, d + m + 2}, x.options());
  std::vector<Tensor> of_x;
  for (int64_t t = T - 1; t >= 0; --t) {
    const auto& at = kept[static_cast<std::size_t>(t)];
    h = h + gradient[t];
    c = c + h * at.by_c;
    const auto delta = torch::cat({c.unsqueeze(1) * at.gates, (h * at.out).unsqueeze(1)}, 1).view({n, 4 * m});
    joint.addmm_(delta.t(), at.seen);
    c = c * at.f;
    const auto back = delta.mm(joined(cell));
    of_x.insert(of_x.begin(), back.slice(1, 0, d));
    h = back.slice(1, d, d + m);
  }
  const auto by = apart(joint, d, m);
  return {torch::stack(of_x), h.clone(), c, by.input, by.recurrent, by.input_bias, by.recurrent_bias};
}

/// One way back, on which gradients stop at the pieces' ends.
CellGradients truncated_gradient(const Tensor& x, const Tensor& h, const Cell& cell, const Tensor& gradient,
                                 int64_t context) {
  expect(context >= 1, "a context of a step");
  const auto T = x.size(0);
  const auto states = torch::cat({h.unsqueeze(0), rnn_run(x, h, cell)});
  auto delta = torch::zeros_like(gradient);
  for (int64_t t = T - 1; t >= 0; --t) {
    const bool alone = t + 1 == T || (t + 1) % context == 0;
    const auto back = alone ? torch::zeros_like(h) : delta[t + 1].mm(cell.recurrent);
    delta[t] = (gradient[t] + back) * (1 - states[t + 1].square());
  }
  const auto bias = delta.sum({0, 1});
  return {delta.matmul(cell.input), delta[0].mm(cell.recurrent), torch::einsum("tni,tnj->ij", {delta, x}),
          torch::einsum("tni,tnj->ij", {delta, states.slice(0, 0, T)}), bias, bias.clone()};
}

/// Energies, the least of them 0.
Tensor tempered(const Tensor& probabilities, double temperature) {
  expect(temperature >= 0, "no negative temperature");
  const auto energies = probabilities.max().log() - probabilities.log();
  if (temperature == 0) {
    const auto ground = energies.eq(0).nonzero()[0][0].item<int64_t>();
    return torch::one_hot(torch::tensor(ground), probabilities.size(0)).to(probabilities.scalar_type());
  }
  const auto weights = (-energies / temperature).exp();
  return weights / weights.sum();
}

/// By Gumbel's trick: the largest of ln p − ln(−ln u).
Tensor generate(const Reader& read, const Tensor& state, const Tensor& prompt, int64_t count, double temperature,
                int64_t seed) {
  expect(prompt.size(0) > 0 && count >= 0 && temperature >= 0, "a prompt, a count and a temperature");
  auto generator = torch::make_generator<torch::CPUGeneratorImpl>(static_cast<std::uint64_t>(seed));
  std::vector<int64_t> tokens;
  Step now{{}, state};
  const auto all = prompt.size(0) + count;
  while (static_cast<int64_t>(tokens.size()) < all) {
    const auto place = static_cast<int64_t>(tokens.size());
    if (place < prompt.size(0)) {
      tokens.push_back(prompt[place].item<int64_t>());
    } else {
      const auto u = torch::rand(now.probabilities.sizes(), generator, torch::kFloat64).clamp_min(1e-12);
      const auto p = tempered(now.probabilities, temperature);
      tokens.push_back((p.log() - (-u.log()).log()).argmax().item<int64_t>());
    }
    now = read(tokens.back(), now.state);
  }
  return torch::tensor(tokens, torch::kLong);
}

namespace {

/// Encoder, then decoder, in the state that it leaves: all states of the decoder, (T, n, m).
Tensor decoded(const Tensor& source, const Tensor& begun, const Translator& p) {
  const auto read = [&](const Tensor& tokens) {
    return p.embedding.index_select(0, tokens.t().flatten()).view({tokens.size(1), tokens.size(0), -1});
  };
  const auto start = p.output.new_zeros({source.size(0), p.output.size(1)});
  return gru_run(read(begun), gru_run(read(source), start, p.encoder).select(0, source.size(1) - 1), p.decoder);
}

Tensor begin(const Tensor& source, const Translator& p) { return torch::full({source.size(0), 1}, p.embedding.size(0) - 1, torch::kLong); }

}  // namespace

Tensor teacher_forced(const Tensor& source, const Tensor& answer, const Translator& p) {
  const auto begun = torch::cat({begin(source, p), answer}, 1).slice(1, 0, answer.size(1));
  return (decoded(source, begun, p).matmul(p.output.t()) + p.output_bias).permute({1, 0, 2});
}

/// Everything again for each token.
Tensor greedy_answer(const Tensor& source, int64_t length, const Translator& p) {
  expect(length >= 1, "a length of a token");
  auto begun = begin(source, p);
  for (int64_t t = 0; t < length; ++t) {
    const auto logits = decoded(source, begun, p)[t].matmul(p.output.t()) + p.output_bias;
    begun = torch::cat({begun, logits.argmax(1, /*keepdim=*/true)}, 1);
  }
  return begun.slice(1, 1).clone();
}

/// Softmax with energies of padding that are infinite.
Tensor alignment(const Tensor& states, const Tensor& memory, const Tensor& lengths) {
  const auto S = memory.size(1);
  expect(lengths.lt(1).logical_or(lengths.gt(S)).logical_not().all().item<bool>(), "lengths of the source");
  const auto shut = torch::zeros({lengths.size(0), S}, states.options())
                        .masked_fill(torch::arange(S).expand({lengths.size(0), S}) >= lengths.unsqueeze(1),
                                     std::numeric_limits<double>::infinity());
  return torch::einsum("ntm,nsm->nts", {states, memory}).sub(shut.unsqueeze(1)).log_softmax(2).exp();
}

Tensor attended(const Tensor& states, const Tensor& memory, const Tensor& lengths, const Tensor& weights) {
  const auto context = torch::einsum("nts,nsm->ntm", {alignment(states, memory, lengths), memory});
  return torch::einsum("ntm,km->ntk", {torch::cat({context, states}, 2), weights}).tanh();
}

namespace {

struct Reading : LanguageModel {
  explicit Reading(const ModelOptions& o) {
    const auto generator = torch::make_generator<torch::CPUGeneratorImpl>(static_cast<std::uint64_t>(o.seed));
    const auto m = o.hidden;
    const auto uniform = [&](int64_t out, int64_t in) {
      return (torch::rand({out, in}, generator, torch::kFloat32) - 0.5) * (2 / std::sqrt(static_cast<double>(m)));
    };
    const auto own = [&](const char* name, const Tensor& value) { return register_parameter(name, value); };
    embedding = own("a", torch::randn({o.vocabulary, o.embedding}, generator, torch::kFloat32));
    cell.input = own("b", uniform(4 * m, o.embedding));
    cell.recurrent = own("c", uniform(4 * m, m));
    cell.input_bias = own("d", torch::arange(4).eq(1).repeat_interleave(m).to(torch::kFloat32));
    cell.recurrent_bias = own("e", torch::zeros({4 * m}));
    output = own("f", uniform(o.vocabulary, m));
    output_bias = own("g", torch::zeros({o.vocabulary}));
  }
  /// The embedding first through W: a table of sums.
  Tensor forward(const Tensor& tokens) override {
    expect(tokens.dim() == 2 && tokens.numel() > 0, "a token");
    const auto start = torch::zeros({tokens.size(0), output.size(1)});
    const auto x = embedding.index_select(0, tokens.t().flatten()).view({tokens.size(1), tokens.size(0), -1});
    const auto run = lstm_run(x, {start, start}, cell);
    return torch::addmm(output_bias, run.outputs.flatten(0, 1), output.t()).view({tokens.size(1), tokens.size(0), -1}).transpose(0, 1).contiguous();
  }

  Tensor embedding, output, output_bias;
  Cell cell;
};

}  // namespace

std::shared_ptr<LanguageModel> make_character_model(const ModelOptions& o) {
  expect(o.vocabulary > 0 && o.embedding > 0 && o.hidden > 0 && o.seed >= 0, "sizes of at least 1 and a seed of at least 0");
  return std::make_shared<Reading>(o);
}

/// Pieces from the lanes of task 2, in another order.
std::shared_ptr<LanguageModel> fit_text(const Tensor& text, int64_t vocabulary, int64_t seed) {
  const auto model = make_character_model({vocabulary, 48, 80, seed});
  const auto chunks = cut_lanes(text, 30, 32);
  const auto generator = torch::make_generator<torch::CPUGeneratorImpl>(static_cast<std::uint64_t>(seed));
  torch::optim::Adam adam(model->parameters(), torch::optim::AdamOptions(0.01));
  const int64_t steps = 260;
  const auto order = torch::randint(chunks.inputs.size(0), {steps}, generator, torch::kLong);
  for (int64_t step = 0; step < steps; ++step) {
    const double left = 1 - static_cast<double>(step) / static_cast<double>(steps);
    static_cast<torch::optim::AdamOptions&>(adam.param_groups()[0].options()).lr(0.013 * left * std::min(1.0, 0.04 * static_cast<double>(step + 1)));
    const auto chunk = order[step].item<int64_t>();
    const auto logits = model->forward(chunks.inputs[chunk].t().contiguous());
    const auto loss = -logits.log_softmax(2).gather(2, chunks.targets[chunk].t().unsqueeze(2)).mean();
    adam.zero_grad();
    loss.backward();
    std::vector<Tensor> gradients;
    for (const auto& parameter : model->parameters()) gradients.push_back(parameter.grad());
    const auto clipped = clip_gradients(gradients, 2);
    for (std::size_t i = 0; i < gradients.size(); ++i) gradients[i].copy_(clipped.gradients[i]);
    adam.step();
  }
  return model;
}

/// P_kij as (n, m, m, m).
Tensor online_gradients(const Tensor& x, const Tensor& h, const Cell& cell, const Tensor& gradient) {
  const auto m = h.size(1);
  auto P = torch::zeros({h.size(0), m, m, m}, h.options());
  auto state = h;
  std::vector<Tensor> parts;
  for (int64_t t = 0; t < x.size(0); ++t) {
    P = torch::einsum("kl,nlij->nkij", {cell.recurrent, P});
    P.diagonal(0, 1, 2).add_(state.unsqueeze(2));
    state = rnn_step(x[t], state, cell);
    P = P * (1 - state * state).view({-1, m, 1, 1});
    parts.push_back(torch::einsum("nk,nkij->ij", {gradient[t], P}));
  }
  return torch::stack(parts).cumsum(0);
}

}  // namespace rnn
