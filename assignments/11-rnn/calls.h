#pragma once

#include "rnn.h"
#include "src/judging/student_call.h"

namespace rnn {

/// Autograd's derivatives of Σ g · outputs by x, h, c and the cell's four. A call's arguments have no
/// gradients, so this is asked where yours runs: it calls yours and goes backwards through it.
inline std::vector<Tensor> lstm_slopes(const Tensor& x, const LstmState& state, const Cell& cell,
                                       const Tensor& g) {
  std::vector<Tensor> leaves, made;
  for (const auto& one :
       {x, state.h, state.c, cell.input, cell.recurrent, cell.input_bias, cell.recurrent_bias})
    leaves.push_back(one.detach().clone().requires_grad_());
  lstm_run(leaves[0], {leaves[1], leaves[2]}, {leaves[3], leaves[4], leaves[5], leaves[6]})
      .outputs.backward(g);
  for (const auto& leaf : leaves)
    made.push_back(leaf.grad().defined() ? leaf.grad() : torch::zeros_like(leaf).detach());
  return made;
}

}  // namespace rnn

#ifdef SPINLAB_EXPORT
SPINLAB_EXPORT(rnn::lstm_slopes);
#endif
SPINLAB_CALL(rnn, vocabulary, "_ -> _")
SPINLAB_CALL(rnn, encode, "_, _ -> (length):int64")
SPINLAB_CALL(rnn, decode, "(length):int64, _ -> _")
SPINLAB_CALL(rnn, cut_lanes, "(length):int64, lanes, context -> {(chunks, context, lanes):int64, (chunks, context, lanes):int64, _}")
SPINLAB_CALL(rnn, rnn_step, "(n, d), (n, m), {(m, d), (m, m), (m), (m)} -> (n, m)")
SPINLAB_CALL(rnn, rnn_run, "(t, n, d), (n, m), {(m, d), (m, m), (m), (m)} -> (t, n, m)")
SPINLAB_CALL(rnn, rnn_gradient, "(t, n, d), (n, m), {(m, d), (m, m), (m), (m)}, (t, n, m) -> {(t, n, d), (n, m), (m, d), (m, m), (m), (m)}")
SPINLAB_CALL(rnn, spectral_radius, "(m, m) -> _")
SPINLAB_CALL(rnn, gradient_norms, "(m, m), (m), steps -> (steps + 1)")
SPINLAB_CALL(rnn, gains, "(m, m), steps -> (steps + 1)")
SPINLAB_CALL(rnn, clip_gradients, "_, _ -> {_, _}")
SPINLAB_CALL(rnn, lstm_step, "(n, d), {(n, m), (n, m)}, {(4 * m, d), (4 * m, m), (4 * m), (4 * m)} -> {(n, m), (n, m)}")
SPINLAB_CALL(rnn, lstm_run, "(t, n, d), {(n, m), (n, m)}, {(4 * m, d), (4 * m, m), (4 * m), (4 * m)} -> {(t, n, m), {(n, m), (n, m)}}")
SPINLAB_CALL(rnn, counting_cell, "tokens -> {(4, tokens), (4, 1), (4), (4)}")
SPINLAB_CALL(rnn, gru_step, "(n, d), (n, m), {(3 * m, d), (3 * m, m), (3 * m), (3 * m)} -> (n, m)")
SPINLAB_CALL(rnn, gru_run, "(t, n, d), (n, m), {(3 * m, d), (3 * m, m), (3 * m), (3 * m)} -> (t, n, m)")
SPINLAB_CALL(rnn, lstm_gradient, "(t, n, d), {(n, m), (n, m)}, {(4 * m, d), (4 * m, m), (4 * m), (4 * m)}, (t, n, m), {(n, m), (n, m)} -> {(t, n, d), (n, m), (n, m), (4 * m, d), (4 * m, m), (4 * m), (4 * m)}")
SPINLAB_CALL(rnn, truncated_gradient, "(t, n, d), (n, m), {(m, d), (m, m), (m), (m)}, (t, n, m), _ -> {(t, n, d), (n, m), (m, d), (m, m), (m), (m)}")
SPINLAB_CALL(rnn, tempered, "(v), _ -> (v)")
SPINLAB_CALL(rnn, generate, "<_, (m) -> {(v), (m)}>, (m), (p):int64, count, _, _ -> (p + count):int64")
SPINLAB_CALL(rnn, teacher_forced, "(n, s):int64, (n, t):int64, {(v + 1, d), {(3 * m, d), (3 * m, m), (3 * m), (3 * m)}, {(3 * m, d), (3 * m, m), (3 * m), (3 * m)}, (v, m), (v)} -> (n, t, v)")
SPINLAB_CALL(rnn, greedy_answer, "(n, s):int64, length, {(v + 1, d), {(3 * m, d), (3 * m, m), (3 * m), (3 * m)}, {(3 * m, d), (3 * m, m), (3 * m), (3 * m)}, (v, m), (v)} -> (n, length):int64")
SPINLAB_CALL(rnn, alignment, "(n, t, m), (n, s, m), (n):int64 -> (n, t, s)")
SPINLAB_CALL(rnn, attended, "(n, t, m), (n, s, m), (n):int64, (k, 2 * m) -> (n, t, k)")
SPINLAB_CALL(rnn, make_character_model, "_ -> _")
SPINLAB_CALL(rnn, fit_text, "(length):int64, _, _ -> _")
SPINLAB_CALL(rnn, online_gradients, "(t, n, d), (n, m), {(m, d), (m, m), (m), (m)}, (t, n, m) -> (t, m, m)")
