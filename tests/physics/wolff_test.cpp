#include "src/physics/wolff.h"

#include <map>

#include "tests/physics/enumeration.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::physics {
namespace {

using Distribution = std::map<std::uint32_t, double>;  // where one cluster leads, with its probability

std::vector<int8_t> spins_of(std::uint32_t state, int64_t sites) {
  std::vector<int8_t> spins(sites);
  for (int64_t site = 0; site < sites; ++site) spins[site] = state >> site & 1 ? 1 : -1;
  return spins;
}

std::uint32_t state_of(const std::vector<int8_t>& spins) {
  std::uint32_t state = 0;
  for (std::size_t site = 0; site < spins.size(); ++site)
    state |= static_cast<std::uint32_t>(spins[site] > 0) << site;
  return state;
}

Distribution transitions(const SquareLattice& lattice, std::uint32_t state, int32_t seed, double add_probability) {
  Distribution row;
  std::vector<int32_t> frontier;
  for_every_outcome(add_probability, [&](const std::function<bool()>& coin, const double& probability) {
    auto spins = spins_of(state, lattice.sites());
    flip_cluster(lattice, spins, seed, frontier, coin);
    row[state_of(spins)] += probability;
  });
  return row;
}

// The exact transition matrix, by every way in which the bonds can fall; no random number is drawn.
TEST(FlipCluster, FulfilsDetailedBalance) {
  for (const int side : {2, 3}) {
    const SquareLattice lattice(side);
    const Enumeration exact(side);
    const double temperature = 2.0, add_probability = 1 - std::exp(-2 / temperature);
    std::vector<Distribution> matrix;
    for (std::uint32_t s = 0; s < exact.states(); ++s)
      matrix.push_back(transitions(lattice, s, 0, add_probability));
    for (std::uint32_t from = 0; from < exact.states(); ++from) {
      double sum = 0;
      for (const auto& [to, probability] : matrix[from]) {
        sum += probability;
        EXPECT_CLOSE(exact.weight(from, temperature) * probability,
                     exact.weight(to, temperature) * matrix[to][from], rtol(1e-11));
      }
      EXPECT_CLOSE(sum, 1.0, rtol(1e-12));
    }
  }
}

TEST(FlipCluster, FlipsTheWholeDomainWhereEveryBondIsAdded) {
  const SquareLattice lattice(3);
  std::vector<int8_t> spins = {1, 1, -1, 1, -1, -1, -1, -1, -1},
                      expected = {-1, -1, -1, -1, -1, -1, -1, -1, -1};
  std::vector<int32_t> frontier;
  EXPECT_EQ(flip_cluster(lattice, spins, 0, frontier, [] { return true; }), 3);
  EXPECT_EQ(spins, expected);
}

}  // namespace
}  // namespace spinlab::physics
