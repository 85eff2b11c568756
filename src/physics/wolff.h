#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "src/physics/lattice.h"

namespace spinlab::physics {

/// Flips the cluster that grows from `seed`: a bond to an equal neighbour belongs to it where add_bond() says
/// so, with probability 1 - exp(-2/T). Returns how many sites flipped. `frontier` is scratch space. [Wolff,
/// PRL 62, 361 (1989)]
template <typename AddBond>
int64_t flip_cluster(const SquareLattice& lattice, std::vector<int8_t>& spins, int32_t seed,
                     std::vector<int32_t>& frontier, AddBond&& add_bond) {
  const int8_t before = spins[seed];
  const auto flip = [&](int32_t site) {
    spins[site] = static_cast<int8_t>(-before);
    frontier.push_back(site);
  };
  int64_t flipped = 0;
  for (flip(seed); !frontier.empty(); ++flipped) {
    const auto site = frontier.back();
    frontier.pop_back();
    for (const auto neighbour : lattice.neighbours(site)) {
      if (spins[neighbour] == before && add_bond()) flip(neighbour);
    }
  }
  return flipped;
}

/// One Markov chain of Wolff updates. Time is counted in sweeps: as many clusters as flip every site once on
/// average.
class WolffChain {
 public:
  /// Starts all spins up below the critical temperature, at random above.
  WolffChain(const SquareLattice& lattice, double temperature, std::mt19937_64 engine);

  /// Runs 2 × `sweeps`: in the first half it learns how many clusters make a sweep.
  void equilibrate(int64_t sweeps);
  /// A number of clusters fixed beforehand. Stopping once enough sites have flipped would favour states that
  /// just had a large cluster, and so bias every mean.
  void advance(int64_t sweeps);
  /// Writes the state as ±1; its sign is drawn afresh, as a symmetry of the energy.
  void write(int8_t* spins);

 private:
  int64_t flip_one_cluster();

  const SquareLattice& lattice_;
  std::mt19937_64 engine_;
  std::uint64_t threshold_;
  std::vector<int8_t> spins_;
  std::vector<int32_t> frontier_;
  double clusters_per_sweep_ = 1;
};

}  // namespace spinlab::physics
