#include "rnn.h"

#include <torch/nn/functional/loss.h>
#include <torch/optim/adam.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

// Numbers in loops, one at a time, but where autograd has to pass.
namespace rnn {

namespace {

void require(bool holds, const std::string& what) { TORCH_CHECK_VALUE(holds, "expected ", what); }

using Row = std::vector<double>;
using Matrix = std::vector<Row>;

Row row(const Tensor& x) {
  const auto values = x.to(torch::kFloat64).contiguous();
  return Row(values.data_ptr<double>(), values.data_ptr<double>() + values.numel());
}

Matrix matrix(const Tensor& x) {
  Matrix all;
  for (int64_t i = 0; i < x.size(0); ++i) all.push_back(row(x[i]));
  return all;
}

Tensor tensor(const Row& values, at::IntArrayRef sizes, const Tensor& like) {
  return torch::tensor(values, torch::kFloat64).view(sizes).to(like.scalar_type());
}

double logistic(double z) { return z >= 0 ? 1 / (1 + std::exp(-z)) : std::exp(z) / (1 + std::exp(z)); }

struct Numbers {
  explicit Numbers(const Cell& cell)
      : W(matrix(cell.input)), U(matrix(cell.recurrent)), b(row(cell.input_bias)), c(row(cell.recurrent_bias)) {}
  double from_x(const Row& x, std::size_t i) const {
    double sum = b[i];
    for (std::size_t j = 0; j < x.size(); ++j) sum += W[i][j] * x[j];
    return sum;
  }
  double from_h(const Row& h, std::size_t i) const {
    double sum = c[i];
    for (std::size_t j = 0; j < h.size(); ++j) sum += U[i][j] * h[j];
    return sum;
  }
  Matrix W, U;
  Row b, c;
};

/// Sequence by sequence.
template <typename Advance>
Tensor by_rows(const Tensor& x, const Tensor& h, const Advance& advance) {
  Row all;
  for (int64_t k = 0; k < x.size(0); ++k) {
    const auto made = advance(row(x[k]), row(h[k]));
    all.insert(all.end(), made.begin(), made.end());
  }
  return tensor(all, h.sizes(), h);
}

template <typename Step>
Tensor over_steps(const Tensor& x, const Tensor& h, const Step& step) {
  require(x.dim() == 3 && x.size(0) > 0, "steps");
  auto state = h;
  auto all = torch::empty({x.size(0), h.size(0), h.size(1)}, h.options());
  for (int64_t t = 0; t < x.size(0); ++t) {
    state = step(x[t], state);
    all[t].copy_(state);
  }
  return all;
}

}  // namespace

std::string vocabulary(const std::string& text) {
  require(!text.empty(), "a text");
  std::string characters;
  for (const char one : std::set<char>(text.begin(), text.end())) characters += one;
  return characters;
}

Tensor encode(const std::string& text, const std::string& characters) {
  std::map<char, int64_t> places;
  for (std::size_t i = 0; i < characters.size(); ++i) places[characters[i]] = static_cast<int64_t>(i);
  std::vector<int64_t> tokens;
  for (const char one : text) {
    require(places.count(one) > 0, std::string("a character of the vocabulary, got ") + one);
    tokens.push_back(places.at(one));
  }
  return torch::tensor(tokens, torch::kLong);
}

std::string decode(const Tensor& tokens, const std::string& characters) {
  std::string text;
  for (int64_t i = 0; i < tokens.size(0); ++i) {
    const auto token = tokens[i].item<int64_t>();
    require(token >= 0 && token < static_cast<int64_t>(characters.size()), "a token of the vocabulary");
    text += characters.at(static_cast<std::size_t>(token));
  }
  return text;
}

Chunks cut_lanes(const Tensor& tokens, int64_t lanes, int64_t context) {
  require(lanes >= 1 && context >= 1, "lanes and a context");
  int64_t chunks = 0;
  while ((chunks + 1) * lanes * context < tokens.size(0)) ++chunks;
  require(chunks >= 1, "a text of one chunk at least");
  auto inputs = torch::empty({chunks, context, lanes}, torch::kLong), targets = torch::empty_like(inputs);
  for (int64_t k = 0; k < chunks; ++k)
    for (int64_t t = 0; t < context; ++t)
      for (int64_t lane = 0; lane < lanes; ++lane) {
        const auto place = (lane * chunks + k) * context + t;
        inputs[k][t][lane] = tokens[place];
        targets[k][t][lane] = tokens[place + 1];
      }
  return {inputs, targets, tokens.size(0) - 1 - chunks * lanes * context};
}

Tensor rnn_step(const Tensor& x, const Tensor& h, const Cell& cell) {
  const Numbers p(cell);
  return by_rows(x, h, [&](const Row& in, const Row& state) {
    Row made;
    for (std::size_t i = 0; i < state.size(); ++i) made.push_back(std::tanh(p.from_x(in, i) + p.from_h(state, i)));
    return made;
  });
}

Tensor rnn_run(const Tensor& x, const Tensor& h, const Cell& cell) {
  return over_steps(x, h, [&](const Tensor& in, const Tensor& state) { return rnn_step(in, state, cell); });
}

CellGradients rnn_gradient(const Tensor& x, const Tensor& h, const Cell& cell, const Tensor& gradient) {
  const auto T = x.size(0), n = h.size(0), m = h.size(1), d = x.size(2);
  const auto states = torch::cat({h.unsqueeze(0), rnn_run(x, h, cell)});
  const auto U = cell.recurrent.accessor<double, 2>(), W = cell.input.accessor<double, 2>();
  const auto s = states.accessor<double, 3>(), in = x.accessor<double, 3>(), g = gradient.accessor<double, 3>();
  CellGradients made{torch::zeros_like(x), torch::zeros_like(h), torch::zeros_like(cell.input),
                     torch::zeros_like(cell.recurrent), torch::zeros_like(cell.input_bias),
                     torch::zeros_like(cell.recurrent_bias)};
  for (int64_t k = 0; k < n; ++k) {
    Row back(static_cast<std::size_t>(m), 0.0);
    for (int64_t t = T - 1; t >= 0; --t) {
      Row delta;
      for (int64_t i = 0; i < m; ++i) {
        const double after = s[t + 1][k][i];
        delta.push_back((g[t][k][i] + back[static_cast<std::size_t>(i)]) * (1 - after * after));
      }
      std::fill(back.begin(), back.end(), 0.0);
      for (int64_t i = 0; i < m; ++i) {
        const double one = delta[static_cast<std::size_t>(i)];
        for (int64_t j = 0; j < m; ++j) {
          made.recurrent.accessor<double, 2>()[i][j] += one * s[t][k][j];
          back[static_cast<std::size_t>(j)] += one * U[i][j];
        }
        for (int64_t j = 0; j < d; ++j) {
          made.input.accessor<double, 2>()[i][j] += one * in[t][k][j];
          made.x.accessor<double, 3>()[t][k][j] += one * W[i][j];
        }
        made.input_bias.accessor<double, 1>()[i] += one;
        made.recurrent_bias.accessor<double, 1>()[i] += one;
      }
    }
    for (int64_t j = 0; j < m; ++j) made.state.accessor<double, 2>()[k][j] = back[static_cast<std::size_t>(j)];
  }
  return made;
}

double spectral_radius(const Tensor& U) {
  double largest = 0;
  const auto values = torch::view_as_real(torch::linalg_eigvals(U));
  for (int64_t i = 0; i < values.size(0); ++i)
    largest = std::max(largest, std::hypot(values[i][0].item<double>(), values[i][1].item<double>()));
  return largest;
}

Tensor gradient_norms(const Tensor& U, const Tensor& g, int64_t steps) {
  require(steps >= 0, "no negative number of steps");
  const auto u = matrix(U);
  auto left = row(g);
  Row norms;
  for (int64_t t = 0; t <= steps; ++t) {
    double sum = 0;
    Row next(left.size(), 0.0);
    for (std::size_t i = 0; i < left.size(); ++i) {
      sum += left[i] * left[i];
      for (std::size_t j = 0; j < left.size(); ++j) next[j] += u[i][j] * left[i];
    }
    norms.push_back(std::sqrt(sum));
    left = next;
  }
  return tensor(norms, {steps + 1}, U);
}

/// The square of a gain is the largest eigenvalue of (Uᵗ)ᵀ Uᵗ.
Tensor gains(const Tensor& U, int64_t steps) {
  require(steps >= 0, "no negative number of steps");
  Row all;
  for (int64_t t = 0; t <= steps; ++t) {
    const auto power = torch::matrix_power(U, t);
    all.push_back(std::sqrt(std::max(0.0, torch::linalg_eigvalsh(power.t().matmul(power)).max().item<double>())));
  }
  return tensor(all, {steps + 1}, U);
}

Clipped clip_gradients(const std::vector<Tensor>& gradients, double most) {
  require(!gradients.empty() && most > 0, "gradients, and a norm above 0");
  double norm = 0;
  for (const auto& one : gradients)
    for (const double value : row(one)) norm = std::hypot(norm, value);
  std::vector<Tensor> made;
  for (const auto& one : gradients) made.push_back(norm > most ? one / norm * most : one.clone());
  return {made, norm};
}

LstmState lstm_step(const Tensor& x, const LstmState& state, const Cell& cell) {
  const auto m = state.h.size(1);
  const auto sums = x.matmul(cell.input.t()) + cell.input_bias + state.h.matmul(cell.recurrent.t()) + cell.recurrent_bias;
  std::vector<Tensor> h, c;
  for (int64_t i = 0; i < m; ++i) {
    const auto of = [&](int64_t gate) { return sums.select(1, gate * m + i); };
    c.push_back(of(1).sigmoid() * state.c.select(1, i) + of(0).sigmoid() * of(2).tanh());
    h.push_back(of(3).sigmoid() * c.back().tanh());
  }
  return {torch::stack(h, 1), torch::stack(c, 1)};
}

LstmRun lstm_run(const Tensor& x, const LstmState& state, const Cell& cell) {
  auto last = state;
  std::vector<Tensor> outputs;
  const auto fast = x.scalar_type() == torch::kFloat32;  // trainings: gates at once
  for (int64_t t = 0; t < x.size(0); ++t) {
    if (fast) {
      const auto m = state.h.size(1);
      const auto sums = torch::addmm(cell.input_bias, x[t], cell.input.t()) +
                        torch::addmm(cell.recurrent_bias, last.h, cell.recurrent.t());
      const auto open = sums.slice(1, 0, 2 * m).sigmoid();
      const auto c = open.slice(1, m) * last.c + open.slice(1, 0, m) * sums.slice(1, 2 * m, 3 * m).tanh();
      last = {sums.slice(1, 3 * m).sigmoid() * c.tanh(), c};
    } else {
      last = lstm_step(x[t], last, cell);
    }
    outputs.push_back(last.h);
  }
  return {torch::stack(outputs), last};
}

Cell counting_cell(int64_t tokens) {
  require(tokens >= 2, "two tokens");
  const auto zeros = [](at::IntArrayRef sizes) { return torch::zeros(sizes, torch::kFloat64); };
  Cell cell{zeros({4, tokens}), zeros({4, 1}), zeros({4}), zeros({4})};
  for (int64_t token = 0; token < tokens; ++token) {
    cell.input[0][token] = token < 2 ? 60 : -60;  // shut where nothing is to be counted
    cell.input[1][token] = 90;
    cell.input[2][token] = token == 0 ? 30 : -30;
  }
  return cell;
}

Tensor gru_step(const Tensor& x, const Tensor& h, const Cell& cell) {
  const Numbers p(cell);
  return by_rows(x, h, [&](const Row& in, const Row& state) {
    const auto m = state.size();
    Row made;
    for (std::size_t i = 0; i < m; ++i) {
      const double r = logistic(p.from_x(in, i) + p.from_h(state, i));
      const double z = logistic(p.from_x(in, m + i) + p.from_h(state, m + i));
      const double candidate = std::tanh(p.from_x(in, 2 * m + i) + r * p.from_h(state, 2 * m + i));
      made.push_back(candidate + z * (state[i] - candidate));
    }
    return made;
  });
}

Tensor gru_run(const Tensor& x, const Tensor& h, const Cell& cell) {
  return over_steps(x, h, [&](const Tensor& in, const Tensor& state) { return gru_step(in, state, cell); });
}

LstmGradients lstm_gradient(const Tensor& x, const LstmState& state, const Cell& cell, const Tensor& gradient,
                            const LstmState& last) {
  const auto T = x.size(0), n = x.size(1), d = x.size(2), m = state.h.size(1);
  LstmGradients made{torch::zeros_like(x),          torch::zeros_like(state.h),         torch::zeros_like(state.c),
                     torch::zeros_like(cell.input), torch::zeros_like(cell.recurrent),  torch::zeros_like(cell.input_bias),
                     torch::zeros_like(cell.input_bias)};
  std::vector<LstmState> states{state};
  for (int64_t t = 0; t < T; ++t) states.push_back(lstm_step(x[t], states.back(), cell));
  const auto W = cell.input.accessor<double, 2>(), U = cell.recurrent.accessor<double, 2>();
  const Numbers p(cell);
  for (int64_t k = 0; k < n; ++k) {
    auto of_h = row(last.h[k]), of_c = row(last.c[k]);
    for (int64_t t = T - 1; t >= 0; --t) {
      const auto at = static_cast<std::size_t>(t);
      const auto in = row(x[t][k]), h = row(states[at].h[k]), c = row(states[at].c[k]), after = row(states[at + 1].c[k]),
                 g = row(gradient[t][k]);
      Row next_h(of_h.size(), 0.0), next_c;
      for (int64_t i = 0; i < m; ++i) {
        const auto unit = static_cast<std::size_t>(i);
        const auto sum = [&](int64_t gate) {
          const auto r = static_cast<std::size_t>(gate * m + i);
          return p.from_x(in, r) + p.from_h(h, r);
        };
        const double open = logistic(sum(0)), keep = logistic(sum(1)), candidate = std::tanh(sum(2)), out = logistic(sum(3));
        const double squashed = std::tanh(after[unit]), back = of_h[unit] + g[unit];
        const double cell_back = of_c[unit] + back * out * (1 - squashed * squashed);
        const double delta[] = {cell_back * candidate * open * (1 - open), cell_back * c[unit] * keep * (1 - keep),
                                cell_back * open * (1 - candidate * candidate), back * squashed * out * (1 - out)};
        next_c.push_back(cell_back * keep);
        for (int64_t gate = 0; gate < 4; ++gate) {
          const auto r = gate * m + i;
          for (int64_t j = 0; j < d; ++j) {
            made.input.accessor<double, 2>()[r][j] += delta[gate] * in[static_cast<std::size_t>(j)];
            made.x.accessor<double, 3>()[t][k][j] += delta[gate] * W[r][j];
          }
          for (int64_t j = 0; j < m; ++j) {
            made.recurrent.accessor<double, 2>()[r][j] += delta[gate] * h[static_cast<std::size_t>(j)];
            next_h[static_cast<std::size_t>(j)] += delta[gate] * U[r][j];
          }
          made.input_bias.accessor<double, 1>()[r] += delta[gate];
        }
      }
      of_h = next_h;
      of_c = next_c;
    }
    made.h[k] = tensor(of_h, {m}, state.h);
    made.c[k] = tensor(of_c, {m}, state.c);
  }
  made.recurrent_bias = made.input_bias.clone();
  return made;
}

CellGradients truncated_gradient(const Tensor& x, const Tensor& h, const Cell& cell, const Tensor& gradient,
                                 int64_t context) {
  require(context >= 1, "a context of a step");
  CellGradients sum;
  auto state = h;
  for (int64_t first = 0; first < x.size(0); first += context) {
    const auto last = std::min(first + context, x.size(0));
    const auto part = x.slice(0, first, last);
    const auto piece = rnn_gradient(part, state, cell, gradient.slice(0, first, last));
    state = rnn_run(part, state, cell)[last - first - 1].clone();
    sum = first == 0 ? piece
                     : CellGradients{torch::cat({sum.x, piece.x}), sum.state, sum.input + piece.input,
                                     sum.recurrent + piece.recurrent, sum.input_bias + piece.input_bias,
                                     sum.recurrent_bias + piece.recurrent_bias};
  }
  return sum;
}

Tensor tempered(const Tensor& probabilities, double temperature) {
  require(temperature >= 0, "no negative temperature");
  const auto p = row(probabilities);
  const auto best = static_cast<std::size_t>(std::max_element(p.begin(), p.end()) - p.begin());
  Row made;
  double sum = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    made.push_back(temperature == 0 ? (i == best ? 1.0 : 0.0) : std::pow(p[i] / p[best], 1 / temperature));
    sum += made.back();
  }
  for (auto& one : made) one /= sum;
  return tensor(made, probabilities.sizes(), probabilities);
}

/// Draws by the sum of the probabilities before each token.
Tensor generate(const Reader& read, const Tensor& state, const Tensor& prompt, int64_t count, double temperature,
                int64_t seed) {
  require(prompt.numel() > 0 && count >= 0 && temperature >= 0, "a prompt, a count and a temperature");
  const auto generator = torch::make_generator<torch::CPUGeneratorImpl>(static_cast<std::uint64_t>(seed));
  const auto uniform = torch::rand({count + 1}, generator, torch::kFloat64);
  std::vector<int64_t> tokens(prompt.data_ptr<int64_t>(), prompt.data_ptr<int64_t>() + prompt.numel());
  Step step{{}, state};
  const auto all = prompt.numel() + count;
  for (int64_t place = 0; place < all; ++place) {
    step = read(tokens[static_cast<std::size_t>(place)], step.state);
    if (static_cast<int64_t>(tokens.size()) > place + 1) continue;
    if (static_cast<int64_t>(tokens.size()) == all) break;
    const auto p = row(tempered(step.probabilities, temperature));
    double left = uniform[place - prompt.numel() + 1].item<double>();
    int64_t token = 0;
    const auto most = std::max_element(p.begin(), p.end()) - p.begin();
    while (token < static_cast<int64_t>(p.size()) && left >= p[static_cast<std::size_t>(token)])
      left -= p[static_cast<std::size_t>(token++)];
    tokens.push_back(token < static_cast<int64_t>(p.size()) ? token : most);
  }
  return torch::tensor(tokens, torch::kLong);
}

namespace {

Tensor rows_of(const Tensor& table, const Tensor& tokens) { return table.index_select(0, tokens); }

Tensor summed_up(const Tensor& source, const Translator& p) {
  auto state = torch::zeros({source.size(0), p.output.size(1)}, p.output.options());
  for (int64_t t = 0; t < source.size(1); ++t) state = gru_step(rows_of(p.embedding, source.select(1, t)), state, p.encoder);
  return state;
}

}  // namespace

Tensor teacher_forced(const Tensor& source, const Tensor& answer, const Translator& p) {
  auto state = summed_up(source, p);
  auto token = torch::full({source.size(0)}, p.output.size(0), torch::kLong);
  std::vector<Tensor> logits;
  for (int64_t t = 0; t < answer.size(1); ++t) {
    state = gru_step(rows_of(p.embedding, token), state, p.decoder);
    logits.push_back(state.matmul(p.output.t()) + p.output_bias);
    token = answer.select(1, t).contiguous();
  }
  return torch::stack(logits, 1);
}

/// Teacher forcing with what was written so far, place by place.
Tensor greedy_answer(const Tensor& source, int64_t length, const Translator& p) {
  require(length >= 1, "a length of a token");
  auto written = torch::zeros({source.size(0), length}, torch::kLong);
  for (int64_t t = 0; t < length; ++t)
    written.select(1, t).copy_(teacher_forced(source, written.slice(1, 0, t + 1), p).select(1, t).argmax(1));
  return written;
}

Tensor alignment(const Tensor& states, const Tensor& memory, const Tensor& lengths) {
  auto made = torch::zeros({states.size(0), states.size(1), memory.size(1)}, states.options());
  for (int64_t k = 0; k < states.size(0); ++k) {
    const auto length = lengths[k].item<int64_t>();
    require(length >= 1 && length <= memory.size(1), "lengths of the source");
    for (int64_t i = 0; i < states.size(1); ++i) {
      Row scores;
      for (int64_t j = 0; j < length; ++j) scores.push_back(states[k][i].dot(memory[k][j]).item<double>());
      const double highest = *std::max_element(scores.begin(), scores.end());
      double sum = 0;
      for (auto& one : scores) sum += one = std::exp(one - highest);
      for (int64_t j = 0; j < length; ++j) made[k][i][j] = scores[static_cast<std::size_t>(j)] / sum;
    }
  }
  return made;
}

Tensor attended(const Tensor& states, const Tensor& memory, const Tensor& lengths, const Tensor& weights) {
  const auto a = alignment(states, memory, lengths);
  const auto m = states.size(2);
  auto made = torch::empty({states.size(0), states.size(1), weights.size(0)}, states.options());
  for (int64_t k = 0; k < states.size(0); ++k)
    for (int64_t i = 0; i < states.size(1); ++i) {
      auto context = torch::zeros({m}, states.options());
      for (int64_t j = 0; j < lengths[k].item<int64_t>(); ++j) context += a[k][i][j] * memory[k][j];
      made[k][i] = (weights.slice(1, 0, m).mv(context) + weights.slice(1, m).mv(states[k][i])).tanh();
    }
  return made;
}

namespace {

class Characters : public LanguageModel {
 public:
  explicit Characters(const ModelOptions& o) {
    torch::manual_seed(static_cast<std::uint64_t>(o.seed));
    const auto m = o.hidden;
    const double bound = 1 / std::sqrt(static_cast<double>(m));
    add("embedding", torch::randn({o.vocabulary, o.embedding}));
    add("input", torch::empty({4 * m, o.embedding}).uniform_(-bound, bound));
    add("recurrent", torch::empty({4 * m, m}).uniform_(-bound, bound));
    auto forget = torch::zeros({4 * m});
    for (int64_t i = m; i < 2 * m; ++i) forget[i] = 1;
    add("input_bias", forget);
    add("recurrent_bias", torch::zeros({4 * m}));
    add("output", torch::empty({o.vocabulary, m}).uniform_(-bound, bound));
    add("output_bias", torch::zeros({o.vocabulary}));
  }
  Tensor forward(const Tensor& tokens) override {
    require(tokens.numel() > 0, "a token");
    const auto start = torch::zeros({tokens.size(0), all[2].size(1)});
    std::vector<Tensor> rows;
    for (int64_t t = 0; t < tokens.size(1); ++t) rows.push_back(rows_of(all[0], tokens.select(1, t).contiguous()));
    const auto run = lstm_run(torch::stack(rows), {start, start}, {all[1], all[2], all[3], all[4]});
    return (run.outputs.matmul(all[5].t()) + all[6]).permute({1, 0, 2});
  }

 private:
  void add(const std::string& name, const Tensor& value) { all.push_back(register_parameter(name, value)); }
  std::vector<Tensor> all;
};

}  // namespace

std::shared_ptr<LanguageModel> make_character_model(const ModelOptions& o) {
  require(o.vocabulary >= 1 && o.embedding >= 1 && o.hidden >= 1 && o.seed >= 0, "sizes of at least 1 and a seed of at least 0");
  return std::make_shared<Characters>(o);
}

/// Lanes of the text, one chunk a step, each from zeros.
std::shared_ptr<LanguageModel> fit_text(const Tensor& text, int64_t vocabulary, int64_t seed) {
  const auto model = make_character_model({vocabulary, 24, 72, seed});
  const int64_t steps = 300, lanes = 24, context = 32;
  torch::optim::Adam adam(model->parameters(), torch::optim::AdamOptions(0.01));
  const auto generator = torch::make_generator<torch::CPUGeneratorImpl>(static_cast<std::uint64_t>(seed));
  for (int64_t step = 0; step < steps; ++step) {
    const auto rate = 0.012 * std::min(1.0, 0.05 * static_cast<double>(step + 1)) *
                      (1 - 0.97 * static_cast<double>(step) / static_cast<double>(steps));
    static_cast<torch::optim::AdamOptions&>(adam.param_groups()[0].options()).lr(rate);
    std::vector<Tensor> pieces;
    const auto starts = torch::randint(text.size(0) - context, {lanes}, generator, torch::kLong);
    for (int64_t lane = 0; lane < lanes; ++lane) pieces.push_back(text.narrow(0, starts[lane].item<int64_t>(), context + 1));
    const auto piece = torch::stack(pieces);
    const auto logits = model->forward(piece.narrow(1, 0, context));
    adam.zero_grad();
    torch::nn::functional::cross_entropy(logits.reshape({-1, vocabulary}), piece.narrow(1, 1, context).reshape({-1})).backward();
    adam.step();
  }
  return model;
}

/// Number by number of U.
Tensor online_gradients(const Tensor& x, const Tensor& h, const Cell& cell, const Tensor& gradient) {
  const auto T = x.size(0), n = h.size(0), m = h.size(1);
  const auto states = torch::cat({h.unsqueeze(0), rnn_run(x, h, cell)});
  auto made = torch::zeros({T, m, m}, h.options());
  for (int64_t i = 0; i < m; ++i)
    for (int64_t j = 0; j < m; ++j) {
      auto slope = torch::zeros({n, m}, h.options());
      double sum = 0;
      for (int64_t t = 0; t < T; ++t) {
        slope = slope.matmul(cell.recurrent.t());
        slope.select(1, i).add_(states[t].select(1, j));
        slope = slope * (1 - states[t + 1] * states[t + 1]);
        sum += (slope * gradient[t]).sum().item<double>();
        made[t][i][j] = sum;
      }
    }
  return made;
}

}  // namespace rnn
