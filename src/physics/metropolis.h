#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "src/physics/lattice.h"

namespace spinlab::physics {

/// Which of 64 spins a Metropolis step flips, given each one's four neighbours: a spin with a equal
/// neighbours would gain ΔE = 4a - 8, so it flips at once for a ≤ 2, with probability w = exp(-4/T) for a =
/// 3, and w² for a = 4. `accept(lanes)` says for each set bit whether a trial of probability w succeeds.
/// [Metropolis et al. 1953]
template <typename Accept>
std::uint64_t metropolis_flips(std::uint64_t spin, std::uint64_t left, std::uint64_t right, std::uint64_t up,
                               std::uint64_t down, Accept&& accept) {
  const auto equal_left = ~(spin ^ left), equal_right = ~(spin ^ right);
  const auto equal_up = ~(spin ^ up), equal_down = ~(spin ^ down);
  const auto both = equal_left & equal_right, both_vertical = equal_up & equal_down;
  const auto four = both & both_vertical;
  const auto three_or_four = (both & (equal_up | equal_down)) | (both_vertical & (equal_left | equal_right));
  const auto once = accept(three_or_four);
  const auto twice = accept(once & four);
  return ~three_or_four | (once & ~four) | twice;
}

/// Visits every site once, in order, each word holding one site of 64 lattices. Each visit fulfils detailed
/// balance, a whole sweep leaves the Boltzmann distribution unchanged, and, unlike a checkerboard, it works
/// on odd sides.
template <typename Accept>
void metropolis_sweep(const SquareLattice& lattice, std::vector<std::uint64_t>& words, Accept&& accept) {
  for (int64_t site = 0; site < lattice.sites(); ++site) {
    const auto [left, right, up, down] = lattice.neighbours(site);
    words[site] ^= metropolis_flips(words[site], words[left], words[right], words[up], words[down], accept);
  }
}

/// 64 independent Markov chains of the Ising model in the bits of one word a site (multi-spin coding over
/// replicas). They share no random bits, so they stay independent. A sweep visits the sites in order: each
/// visit fulfils detailed balance, a whole sweep leaves the Boltzmann distribution unchanged, and, unlike a
/// checkerboard, it works on odd sides.
class MetropolisChains {
 public:
  static constexpr int64_t kChains = 64;

  /// Starts all spins up below the critical temperature, at random above: from a random start the ordered
  /// phase may take ages to lose its stripes.
  MetropolisChains(const SquareLattice& lattice, double temperature, std::mt19937_64 engine);

  void sweep();
  /// Writes `count` chains' states as count × sites spins, ±1. The sign of each is drawn afresh: s → -s
  /// leaves the energy as it is, while a chain in the ordered phase would never get there by itself.
  void write(int8_t* spins, int64_t count);

 private:
  const SquareLattice& lattice_;
  std::mt19937_64 engine_;
  std::uint64_t threshold_;
  std::vector<std::uint64_t> words_;
};

}  // namespace spinlab::physics
