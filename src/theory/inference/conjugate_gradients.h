#pragma once

#include <ATen/core/Tensor.h>

namespace spinlab::theory {

struct IterativeSolution {
  at::Tensor X;         // (n, outputs)
  double residual = 0;  // the largest ‖Y - A X‖/‖Y‖ of a column, computed anew at the end
  int64_t iterations = 0;
};

/// A X = Y, A = K + noise, by conjugate gradients, where n³ is too much: 2 n² operations an iteration and
/// output, and K may lie in a file. Ends at the tolerance or after `most` iterations; whoever asks looks at
/// the residual. Throws c10::ValueError where A shows a direction in which it is not positive.
IterativeSolution conjugate_gradients(const at::Tensor& K, const at::Tensor& Y, double noise,
                                      double tolerance = 1e-10, int64_t most = 1000);

}  // namespace spinlab::theory
