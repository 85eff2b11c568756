#include "experiments/induction-heads/markov_chains.h"

#include <ATen/ATen.h>

namespace spinlab::experiments {

at::Tensor draw_chains(int64_t n, int64_t T, int64_t V, at::Generator generator) {
  // Exponential numbers divided by their sum are uniform on the simplex.
  const auto weights = at::empty({n, V, V}, at::kDouble).exponential_(1, generator);
  const auto bounds = weights.cumsum(2) / weights.sum(2, /*keepdim=*/true);
  auto symbols = at::empty({n, T}, at::kLong);
  symbols.select(1, 0).random_(0, V, generator);
  const auto chance = at::rand({T, n, 1}, generator, at::kDouble);
  const auto chains = at::arange(n);
  for (int64_t t = 1; t < T; ++t) {
    const auto row = bounds.index({chains, symbols.select(1, t - 1)}).narrow(1, 0, V - 1).contiguous();
    symbols.select(1, t).copy_(at::searchsorted(row, chance[t]).squeeze(1));
  }
  return symbols;
}

at::Tensor unigram_rule(const at::Tensor& sequences, int64_t V, double alpha) {
  const auto counts = at::one_hot(sequences, V).cumsum(1).to(at::kDouble) + alpha;
  return (counts / counts.sum(2, /*keepdim=*/true)).log();
}

at::Tensor bigram_rule(const at::Tensor& sequences, int64_t V) {
  const auto n = sequences.size(0), T = sequences.size(1);
  auto pairs = at::ones({n, V, V}, at::kDouble);
  const auto chains = at::arange(n), one = at::ones({n}, at::kDouble);
  std::vector<at::Tensor> rows;
  for (int64_t t = 0; t < T; ++t) {
    const auto here = sequences.select(1, t);
    if (t > 0) pairs.index_put_({chains, sequences.select(1, t - 1), here}, one, /*accumulate=*/true);
    rows.push_back(pairs.index({chains, here}));
  }
  const auto counts = at::stack(rows, 1);
  return (counts / counts.sum(2, /*keepdim=*/true)).log();
}

}  // namespace spinlab::experiments
