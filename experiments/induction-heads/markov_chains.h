#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

namespace spinlab::experiments {

/// Sequences of T symbols 0 … V - 1, int64 (n, T), each from a Markov chain of its own: the rows of its
/// matrix are uniform over all distributions (Dirichlet with all parameters 1), the first symbol is uniform.
/// [Edelman et al., arXiv:2402.11004, section 2]
at::Tensor draw_chains(int64_t n, int64_t T, int64_t V, at::Generator generator);

/// Log probabilities of the next symbol at each place of (n, T) from it and all before it, float64 (n, T, V),
/// by (n_j + α)/(t + α V): counts of single symbols, as if what comes did not depend on what is there.
at::Tensor unigram_rule(const at::Tensor& sequences, int64_t V, double alpha);

/// The same by (n_ij + 1)/(n_i + V), i the symbol at the place: the exact posterior mean of the chain's
/// matrix. No rule has a smaller expected loss.
at::Tensor bigram_rule(const at::Tensor& sequences, int64_t V);

}  // namespace spinlab::experiments
