#include "experiments/in-context-regression/prompts.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace spinlab::experiments {

Prompts draw_prompts(int64_t n, int64_t k, int64_t d, double noise, at::Generator generator) {
  const auto normal = [&](at::IntArrayRef sizes) { return at::randn(sizes, generator, at::kDouble); };
  const auto w = normal({n, d, 1}), X = normal({n, k, d});
  const auto f = X.matmul(w).squeeze(2);
  return {X, f + noise * normal({n, k}), f};
}

/// (XᵀX + σ² 1)⁻¹ Xᵀy, an example more at each place.
at::Tensor ridge_predictions(const Prompts& prompts, double noise) {
  const auto n = prompts.X.size(0), k = prompts.X.size(1), d = prompts.X.size(2);
  constexpr double kNoNoise = 1e-12;
  auto moments = at::eye(d, at::kDouble).mul(std::max(noise * noise, kNoNoise)).expand({n, d, d}).clone();
  auto products = at::zeros({n, d, 1}, at::kDouble);
  std::vector<at::Tensor> predictions;
  for (int64_t i = 0; i < k; ++i) {
    const auto x = prompts.X.select(1, i).unsqueeze(2);
    const auto w = std::get<0>(at::linalg_solve_ex(moments, products));
    predictions.push_back((x * w).sum({1, 2}));
    moments += x.matmul(x.transpose(1, 2));
    products += x * prompts.Y.select(1, i).view({n, 1, 1});
  }
  return at::stack(predictions, 1);
}

}  // namespace spinlab::experiments
