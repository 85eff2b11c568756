#include "experiments/induction-heads/markov_chains.h"

#include <ATen/ATen.h>

#include <cmath>

#include "src/core/seed.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::experiments {
namespace {

constexpr int64_t kSymbols = 3;

class MarkovChainsTest : public SpinlabTest {};

// The rule's probability of all that follows the first symbol is the Dirichlet integral over each row,
// Π_i (V-1)! Π_j n_ij! / (n_i + V - 1)!.
TEST_F(MarkovChainsTest, CountsOfPairsAreTheEvidenceOfTheChain) {
  constexpr int64_t kLength = 20;
  const auto chains = draw_chains(5, kLength, kSymbols, make_generator(1, "chains"));
  const auto said = bigram_rule(chains, kSymbols);
  for (int64_t n = 0; n < 5; ++n) {
    double total = 0;
    auto counts = at::zeros({kSymbols, kSymbols}, at::kDouble);
    for (int64_t t = 0; t + 1 < kLength; ++t) {
      total += said[n][t][chains[n][t + 1].item<int64_t>()].item<double>();
      counts[chains[n][t].item<int64_t>()][chains[n][t + 1].item<int64_t>()] += 1;
    }
    const double evidence =
        ((counts + 1).lgamma().sum() - (counts.sum(1) + kSymbols).lgamma().sum()).item<double>() +
        kSymbols * std::lgamma(kSymbols);
    EXPECT_CLOSE(total, evidence, atol(1e-10));
  }
}

TEST_F(MarkovChainsTest, UnigramCountsByHand) {
  const auto said = unigram_rule(at::tensor({0, 2, 0}, at::kLong).unsqueeze(0), kSymbols, 1).exp();
  EXPECT_CLOSE(said[0][2], at::tensor({3.0 / 6, 1.0 / 6, 2.0 / 6}, at::kDouble), atol(1e-12));
}

// Over matrices, rows are uniform on the simplex: a symbol is followed by itself with mean probability 1/V,
// and twice in a row with E p² = 2/(V (V + 1)). 200,000 chains, six standard errors.
TEST_F(MarkovChainsTest, RowsAreUniformOnTheSimplex) {
  constexpr int64_t kChains = 200'000;
  const auto chains = draw_chains(kChains, 3, kSymbols, make_generator(2, "chains"));
  const auto once = chains.select(1, 0).eq(chains.select(1, 1)),
             twice = once.logical_and(chains.select(1, 1).eq(chains.select(1, 2)));
  for (const auto& [found, expected] : {std::pair(once, 1.0 / 3), std::pair(twice, 2.0 / 12)})
    EXPECT_CLOSE(found.to(at::kDouble).mean().item<double>(), expected,
                 atol(6 * std::sqrt(expected * (1 - expected) / kChains)));
}

}  // namespace
}  // namespace spinlab::experiments
