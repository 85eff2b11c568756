#pragma once

#include <torch/types.h>

#include <cmath>
#include <functional>
#include <string>
#include <tuple>
#include <vector>

#include "assignments/shared/autograd.h"
#include "assignments/shared/differences.h"
#include "assignments/shared/draws.h"
#include "rnn.h"

/// What the checks hand to a student's functions, and LibTorch's own layers and derivatives to compare with,
/// in the checker.
namespace rnn::problems {

using namespace spinlab::shared;

/// T steps, n sequences, d numbers read, m of state.
struct Case {
  int64_t T, n, d, m;

  Tensor x(const std::string& purpose) const { return normal({T, n, d}, purpose + " x"); }
  Tensor state(const std::string& purpose) const { return normal({n, m}, purpose + " state"); }
  Tensor gradient(const std::string& purpose) const { return normal({T, n, m}, purpose + " gradient"); }
};

/// No two sizes alike, one sequence, one number.
inline std::vector<Case> cases() { return {{5, 3, 4, 2}, {6, 1, 2, 5}, {2, 4, 1, 3}}; }

/// Sums of order 1, so that no gate is shut; all biases differ.
inline Cell cell_of(int64_t gates, int64_t d, int64_t m, const std::string& purpose) {
  return {normal({gates * m, d}, purpose + " W") / std::sqrt(static_cast<double>(d)),
          normal({gates * m, m}, purpose + " U") / std::sqrt(static_cast<double>(m)),
          0.7 * normal({gates * m}, purpose + " b"), 0.7 * normal({gates * m}, purpose + " b'")};
}

inline Cell cell_of(int64_t gates, const Case& one, const std::string& purpose) {
  return cell_of(gates, one.d, one.m, purpose);
}

inline std::vector<Tensor> weights(const Cell& cell) {
  return {cell.input, cell.recurrent, cell.input_bias, cell.recurrent_bias};
}

/// LibTorch's, steps first, one layer.
inline Tensor reference_rnn(const Tensor& x, const Tensor& h, const Cell& cell) {
  return std::get<0>(at::rnn_tanh(x, h.unsqueeze(0), weights(cell), true, 1, 0.0, false, false, false));
}

inline LstmRun reference_lstm(const Tensor& x, const LstmState& state, const Cell& cell) {
  const auto [outputs, h, c] = at::lstm(x, {state.h.unsqueeze(0), state.c.unsqueeze(0)}, weights(cell), true,
                                        1, 0.0, false, false, false);
  return {outputs, {h[0], c[0]}};
}

inline Tensor reference_gru(const Tensor& x, const Tensor& h, const Cell& cell) {
  return std::get<0>(at::gru(x, h.unsqueeze(0), weights(cell), true, 1, 0.0, false, false, false));
}

/// By x, h and the cell's four: LibTorch's derivatives of Σ g · rnn.
inline CellGradients reference_gradient(const Tensor& x, const Tensor& h, const Cell& cell, const Tensor& g) {
  const auto by =
      derivatives({x, h, cell.input, cell.recurrent, cell.input_bias, cell.recurrent_bias}, g,
                  [](const auto& at) { return reference_rnn(at[0], at[1], {at[2], at[3], at[4], at[5]}); });
  return {by[0], by[1], by[2], by[3], by[4], by[5]};
}

/// Pieces of `context` steps each, LibTorch's derivatives of each by itself.
inline CellGradients reference_truncated(const Tensor& x, const Tensor& h, const Cell& cell, const Tensor& g,
                                         int64_t context) {
  const auto states = torch::cat({h.unsqueeze(0), reference_rnn(x, h, cell)});
  std::vector<CellGradients> pieces;
  for (int64_t first = 0; first < x.size(0); first += context)
    pieces.push_back(reference_gradient(x.slice(0, first, first + context), states[first], cell,
                                        g.slice(0, first, first + context)));
  auto sum = pieces[0];
  for (std::size_t i = 1; i < pieces.size(); ++i)
    sum = {torch::cat({sum.x, pieces[i].x}),      sum.state,
           sum.input + pieces[i].input,           sum.recurrent + pieces[i].recurrent,
           sum.input_bias + pieces[i].input_bias, sum.recurrent_bias + pieces[i].recurrent_bias};
  return sum;
}

/// By x, h, c and the cell's four: LibTorch's derivatives of Σ g · outputs + Σ last · last state.
inline std::vector<Tensor> reference_slopes(const Tensor& x, const LstmState& state, const Cell& cell,
                                            const Tensor& g, const LstmState& last) {
  const auto all = torch::cat({g, last.h.unsqueeze(0), last.c.unsqueeze(0)});
  return derivatives({x, state.h, state.c, cell.input, cell.recurrent, cell.input_bias, cell.recurrent_bias},
                     all, [](const auto& at) {
                       const auto run = reference_lstm(at[0], {at[1], at[2]}, {at[3], at[4], at[5], at[6]});
                       return torch::cat({run.outputs, run.last.h.unsqueeze(0), run.last.c.unsqueeze(0)});
                     });
}

/// Biases of an LSTM's gates i, f, g, o, each the same number m times.
inline Tensor gates(const std::vector<double>& each, int64_t m) { return vector(each).repeat_interleave(m); }

inline Translator translator_of(int64_t v, int64_t d, int64_t m, const std::string& purpose) {
  return {3 * normal({v + 1, d}, purpose + " embedding"), cell_of(3, d, m, purpose + " encoder"),
          cell_of(3, d, m, purpose + " decoder"), 2 * normal({v, m}, purpose + " output"),
          0.5 * normal({v}, purpose + " output bias")};
}

inline Tensor tokens_of(int64_t n, int64_t t, int64_t v, const std::string& purpose) {
  return integers(n * t, v, purpose).view({n, t});
}

/// Logits (n, T, v) by LibTorch's layers.
inline Tensor reference_logits(const Tensor& source, const Tensor& answer, const Translator& p) {
  const auto n = source.size(0);
  const auto zeros = torch::zeros({n, p.output.size(1)}, torch::kFloat64);
  const auto read = reference_gru(at::embedding(p.embedding, source.t()), zeros, p.encoder)[-1];
  const auto begin = torch::full({1, n}, p.output.size(0), torch::kLong);
  const auto begun = torch::cat({begin, answer.t().slice(0, 0, answer.size(1) - 1)});
  const auto states = reference_gru(at::embedding(p.embedding, begun), read, p.decoder);
  return at::linear(states, p.output, p.output_bias).transpose(0, 1);
}

/// Reads tokens as a plain network of its own would: asymmetric, so that order, state and token all matter.
/// Counts what it reads.
struct Recorder {
  Cell cell;
  Tensor output;  // (v, m)
  std::vector<int64_t> read = {};

  Step operator()(int64_t token, const Tensor& state) {
    read.push_back(token);
    const auto x = at::one_hot(torch::tensor({token}), output.size(0)).to(torch::kFloat64).unsqueeze(0);
    const auto after = reference_rnn(x, state.unsqueeze(0), cell)[0][0];
    return {output.mv(after).softmax(0), after};
  }
};

inline Recorder recorder(int64_t v, int64_t m, const std::string& purpose) {
  return {cell_of(1, v, m, purpose), 4 * normal({v, m}, purpose + " reader's output")};
}

inline Reader asks(Recorder& recorder) {
  return [&recorder](int64_t token, const Tensor& state) { return recorder(token, state); };
}

/// Memory of n sequences whose parts behind their lengths are large: nobody may look there.
inline Tensor padded(const Tensor& memory, const Tensor& lengths) {
  const auto padding = torch::arange(memory.size(1)) >= lengths.unsqueeze(1);
  return memory + 50 * padding.unsqueeze(2);
}

/// Sequence by sequence, without its padding.
inline Tensor reference_alignment(const Tensor& states, const Tensor& memory, const Tensor& lengths) {
  auto all = torch::zeros({states.size(0), states.size(1), memory.size(1)}, torch::kFloat64);
  for (int64_t i = 0; i < states.size(0); ++i) {
    const auto length = lengths[i].item<int64_t>();
    const auto own = memory[i].slice(0, 0, length);
    all[i].slice(1, 0, length).copy_(states[i].matmul(own.t()).softmax(1));
  }
  return all;
}

}  // namespace rnn::problems
