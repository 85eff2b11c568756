#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

namespace spinlab::experiments {

/// Linear regressions, each of its own w ~ N(0, 1): y = w · x + σ ε with x and ε ~ N(0, 1).
struct Prompts {
  at::Tensor X;  // (n, k, d)
  at::Tensor Y;  // (n, k), with noise
  at::Tensor f;  // (n, k), w · x
};

/// float64.
Prompts draw_prompts(int64_t n, int64_t k, int64_t d, double noise, at::Generator generator);

/// The best prediction of f at each place from the examples before it, (n, k): the posterior mean of w, ridge
/// regression with λ = σ². Without noise the least solution by norm.
at::Tensor ridge_predictions(const Prompts& prompts, double noise);

}  // namespace spinlab::experiments
