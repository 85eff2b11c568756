#include "models/layers/recurrent_pass.h"

#include <ATen/ATen.h>
#include <torch/autograd.h>

namespace spinlab::models {

// BEGIN SOLUTION
namespace {

using torch::autograd::AutogradContext, torch::autograd::Function, torch::autograd::variable_list;

/// (T, n, k) as (T · n, k).
at::Tensor rows(const at::Tensor& steps) { return steps.reshape({-1, steps.size(2)}); }

/// A step's numbers (n, gates · hidden), gate by gate.
struct Gates {
  at::Tensor all;
  int64_t hidden;

  at::Tensor operator()(int64_t first, int64_t count = 1) const {
    return all.narrow(1, first * hidden, count * hidden);
  }
};

at::Tensor or_zeros(const at::Tensor& gradient, const at::Tensor& like) {
  return gradient.defined() ? gradient.clone() : at::zeros_like(like);
}

/// Places of an LSTM's gates.
enum : int64_t { kInput, kForget, kCell, kOutput };

struct LSTMFunction : Function<LSTMFunction> {
  static variable_list forward(AutogradContext* context, const at::Tensor& inputs,
                               const at::Tensor& recurrent, const at::Tensor& h, const at::Tensor& c) {
    const auto steps = inputs.size(0), n = h.size(0), hidden = h.size(1);
    const auto states = [&](int64_t count) { return at::empty({count, n, hidden}, h.options()); };
    const auto gates = at::empty_like(inputs), squashed = states(steps);
    auto outputs = states(steps + 1), cells = states(steps + 1);
    outputs[0].copy_(h);
    cells[0].copy_(c);
    const auto U = recurrent.t();
    for (int64_t t = 0; t < steps; ++t) {
      const Gates gate{gates[t], hidden};
      auto all = gate.all, cell = cells[t + 1], tanh = squashed[t], output = outputs[t + 1];
      at::addmm_out(all, inputs[t], outputs[t], U);
      gate(kInput, 2).sigmoid_();
      gate(kCell).tanh_();
      gate(kOutput).sigmoid_();
      at::mul_out(cell, gate(kForget), cells[t]).addcmul_(gate(kInput), gate(kCell));
      at::tanh_out(tanh, cell);
      at::mul_out(output, gate(kOutput), tanh);
    }
    context->save_for_backward({recurrent, gates, outputs, cells, squashed});
    return {outputs.slice(0, 1), cells[steps]};
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const auto &recurrent = saved[0], &gates = saved[1], &outputs = saved[2], &cells = saved[3],
               &squashed = saved[4];
    const auto steps = gates.size(0), hidden = recurrent.size(1);
    const auto of_gates = at::empty_like(gates);
    auto of_output = at::zeros_like(outputs[0]), part = at::empty_like(of_output);
    auto of_cell = or_zeros(gradients[1], of_output);
    for (auto t = steps - 1; t >= 0; --t) {
      const Gates gate{gates[t], hidden}, d{of_gates[t], hidden};
      auto of_input = d(kInput), of_forget = d(kForget), of_candidate = d(kCell), of_output_gate = d(kOutput);
      if (gradients[0].defined()) of_output.add_(gradients[0][t]);
      at::sigmoid_backward_out(of_output_gate, at::mul_out(part, of_output, squashed[t]), gate(kOutput));
      of_cell.add_(at::tanh_backward(at::mul_out(part, of_output, gate(kOutput)), squashed[t]));
      at::sigmoid_backward_out(of_input, at::mul_out(part, of_cell, gate(kCell)), gate(kInput));
      at::tanh_backward_out(of_candidate, at::mul_out(part, of_cell, gate(kInput)), gate(kCell));
      at::sigmoid_backward_out(of_forget, at::mul_out(part, of_cell, cells[t]), gate(kForget));
      of_cell.mul_(gate(kForget));
      at::mm_out(of_output, d.all, recurrent);
    }
    const auto of_recurrent = rows(of_gates).t().mm(rows(outputs.slice(0, 0, steps)));
    return {of_gates, of_recurrent, of_output, of_cell};
  }
};

/// Places of a GRU's.
enum : int64_t { kReset, kUpdate, kCandidate };

struct GRUFunction : Function<GRUFunction> {
  static variable_list forward(AutogradContext* context, const at::Tensor& inputs,
                               const at::Tensor& recurrent, const at::Tensor& bias, const at::Tensor& h) {
    const auto steps = inputs.size(0), n = h.size(0), hidden = h.size(1);
    const auto gates = at::empty_like(inputs), remembered = at::empty_like(inputs);
    auto outputs = at::empty({steps + 1, n, hidden}, h.options());
    outputs[0].copy_(h);
    const auto U = recurrent.t();
    for (int64_t t = 0; t < steps; ++t) {
      const Gates x{inputs[t], hidden}, gate{gates[t], hidden}, u{remembered[t], hidden};
      auto all = u.all, open = gate(kReset, 2), candidate = gate(kCandidate), output = outputs[t + 1];
      at::addmm_out(all, bias, outputs[t], U);
      at::add_out(open, x(kReset, 2), u(kReset, 2)).sigmoid_();
      at::mul_out(candidate, gate(kReset), u(kCandidate)).add_(x(kCandidate)).tanh_();
      at::sub_out(output, outputs[t], candidate).mul_(gate(kUpdate)).add_(candidate);
    }
    context->save_for_backward({recurrent, gates, remembered, outputs});
    return {outputs.slice(0, 1)};
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const auto &recurrent = saved[0], &gates = saved[1], &remembered = saved[2], &outputs = saved[3];
    const auto steps = gates.size(0), hidden = recurrent.size(1);
    const auto of_inputs = at::empty_like(gates), of_remembered = at::empty_like(gates);
    auto of_output = at::zeros_like(outputs[0]), part = at::empty_like(of_output);
    for (auto t = steps - 1; t >= 0; --t) {
      const Gates gate{gates[t], hidden}, u{remembered[t], hidden}, d{of_inputs[t], hidden},
          r{of_remembered[t], hidden};
      auto of_reset = d(kReset), of_update = d(kUpdate), of_candidate = d(kCandidate),
           of_product = r(kCandidate);
      of_output.add_(gradients[0][t]);
      at::sub_out(part, outputs[t], gate(kCandidate)).mul_(of_output);
      at::sigmoid_backward_out(of_update, part, gate(kUpdate));
      const auto kept = of_output * gate(kUpdate);
      at::tanh_backward_out(of_candidate, of_output.sub_(kept), gate(kCandidate));
      at::sigmoid_backward_out(of_reset, at::mul_out(part, of_candidate, u(kCandidate)), gate(kReset));
      at::mul_out(of_product, of_candidate, gate(kReset));
      r(kReset, 2).copy_(d(kReset, 2));
      at::addmm_out(of_output, kept, r.all, recurrent);
    }
    const auto of_recurrent = rows(of_remembered).t().mm(rows(outputs.slice(0, 0, steps)));
    return {of_inputs, of_recurrent, rows(of_remembered).sum(0), of_output};
  }
};

}  // namespace
// END SOLUTION

LSTMPassed lstm_pass(const at::Tensor& inputs, const at::Tensor& recurrent, const at::Tensor& h,
                     const at::Tensor& c) {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "an LSTM over ", inputs.sizes(), " and ", recurrent.sizes(), " from ",
  // STUB                   h.sizes(), " and ", c.sizes(), ": left out, 11-rnn asks for it");
  const auto passed = LSTMFunction::apply(inputs, recurrent, h, c);
  return {passed[0], passed[1]};
  // END SOLUTION
}

at::Tensor gru_pass(const at::Tensor& inputs, const at::Tensor& recurrent, const at::Tensor& bias,
                    const at::Tensor& h) {
  // BEGIN SOLUTION
  // STUB TORCH_CHECK_VALUE(false, "a GRU over ", inputs.sizes(), " and ", recurrent.sizes(), " from ",
  // STUB                   h.sizes(), " and ", bias.sizes(), ": left out, 11-rnn asks for it");
  return GRUFunction::apply(inputs, recurrent, bias, h)[0];
  // END SOLUTION
}

}  // namespace spinlab::models
