#include "src/physics/metropolis.h"

#include "tests/physics/enumeration.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::physics {
namespace {

using Words = std::vector<std::uint64_t>;

/// The state in every lane.
Words words_of(std::uint32_t state, int64_t sites) {
  Words words(sites);
  for (int64_t site = 0; site < sites; ++site) words[site] = state >> site & 1 ? ~std::uint64_t{0} : 0;
  return words;
}

std::uint32_t state_of(const Words& words) {
  std::uint32_t state = 0;
  for (std::size_t site = 0; site < words.size(); ++site)
    state |= static_cast<std::uint32_t>(words[site] & 1) << site;
  return state;
}

/// Accepts in all lanes that ask, or in none.
auto all_or_none(const std::function<bool()>& coin) {
  return [&coin](std::uint64_t lanes) { return lanes != 0 && coin() ? lanes : 0; };
}

double flip_probability(const SquareLattice& lattice, std::uint32_t state, int64_t site, double temperature) {
  const auto words = words_of(state, lattice.sites());
  const auto [left, right, up, down] = lattice.neighbours(site);
  double total = 0;
  for_every_outcome(std::exp(-4 / temperature),
                    [&](const std::function<bool()>& coin, const double& probability) {
                      const auto flips = metropolis_flips(words[site], words[left], words[right], words[up],
                                                          words[down], all_or_none(coin));
                      if (flips & 1) total += probability;
                    });
  return total;
}

// min(1, exp(-ΔE/T)) with ΔE from the enumerated energies; detailed balance follows.
TEST(MetropolisFlips, AcceptsWithMetropolisProbability) {
  for (const int side : {2, 3}) {
    const SquareLattice lattice(side);
    const Enumeration exact(side);
    for (std::uint32_t state = 0; state < exact.states(); ++state) {
      for (int64_t site = 0; site < lattice.sites(); ++site) {
        const double change = exact.energy[state ^ (1U << site)] - exact.energy[state];
        EXPECT_CLOSE(flip_probability(lattice, state, site, 2.0), std::min(1.0, std::exp(-change / 2.0)),
                     rtol(1e-14));
      }
    }
  }
}

TEST(MetropolisFlips, DecidesEachLaneByItself) {
  // Lane n: spin up, neighbour i up where bit i of n is set; the trials succeed in the lanes 15 and 7 alone.
  const std::uint64_t lanes = 0xffff, spin = lanes, succeed = 1U << 15 | 1U << 7;
  const auto flips = metropolis_flips(spin, 0xaaaa, 0xcccc, 0xf0f0, 0xff00,
                                      [&](std::uint64_t ask) { return ask & succeed; });
  EXPECT_EQ(flips & lanes, lanes & ~(1U << 11 | 1U << 13 | 1U << 14));
}

// The exact sweep matrix of 2 × 2, by every way in which the trials can fall, applied to the Boltzmann
// distribution.
TEST(MetropolisSweep, LeavesTheBoltzmannDistributionUnchanged) {
  const SquareLattice lattice(2);
  const Enumeration exact(2);
  const double temperature = 3.0;
  std::vector<double> after(exact.states(), 0.0);
  for (std::uint32_t state = 0; state < exact.states(); ++state) {
    for_every_outcome(std::exp(-4 / temperature),
                      [&](const std::function<bool()>& coin, const double& probability) {
                        auto words = words_of(state, lattice.sites());
                        metropolis_sweep(lattice, words, all_or_none(coin));
                        after[state_of(words)] += probability * exact.weight(state, temperature);
                      });
  }
  for (std::uint32_t state = 0; state < exact.states(); ++state) {
    EXPECT_CLOSE(after[state], exact.weight(state, temperature), rtol(1e-12));
  }
}

TEST(MetropolisSweep, VisitsEverySiteOnce) {
  const SquareLattice lattice(5);
  auto words = words_of(0x155aa3, lattice.sites());
  const auto before = words;
  metropolis_sweep(lattice, words, [](std::uint64_t lanes) { return lanes; });
  for (std::size_t site = 0; site < words.size(); ++site) EXPECT_EQ(words[site], ~before[site]);
}

}  // namespace
}  // namespace spinlab::physics
