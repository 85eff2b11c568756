#pragma once

#include <ATen/core/Tensor.h>

namespace spinlab::models {

/// Layers of recurrent cells over all their steps, forward and backward by hand, to rounding what LibTorch's
/// give: a step is one matrix product and a sweep over its gates, and the gradient of the recurrent matrix
/// one product over all steps. LibTorch's own layers convert the matrix at each call, and those of GRU cells
/// record a graph of every step. Differentiable once; of one type, float32 or float64, on the CPU.

struct LSTMPassed {
  /// (T, n, hidden), and the cells (n, hidden) behind the last step.
  at::Tensor outputs, cells;
};

/// inputs: (T, n, 4 hidden), W x and both biases, for input gate, forget gate, cell and output gate;
/// recurrent: (4 hidden, hidden); h, c: (n, hidden), output and cells before.
LSTMPassed lstm_pass(const at::Tensor& inputs, const at::Tensor& recurrent, const at::Tensor& h,
                     const at::Tensor& c);

/// inputs: (T, n, 3 hidden), W x and its bias, for reset gate, update gate and candidate; recurrent, bias:
/// (3 hidden, hidden) and (3 hidden), of h, before the reset gate multiplies it; h: (n, hidden). Returns (T,
/// n, hidden).
at::Tensor gru_pass(const at::Tensor& inputs, const at::Tensor& recurrent, const at::Tensor& bias,
                    const at::Tensor& h);

}  // namespace spinlab::models
