#pragma once

#include <cmath>
#include <cstdint>
#include <functional>
#include <vector>

namespace spinlab::physics {

/// Every state of a small periodic lattice, side ≤ 4: bit i of the number is site i, set for +1. Written out
/// with plain coordinates, so that it shares nothing with the code under test.
struct Enumeration {
  explicit Enumeration(int side) : sites(side * side) {
    for (std::uint32_t state = 0; state < 1U << sites; ++state) {
      const auto spin = [&](int row, int column) {
        return state >> (row % side * side + column % side) & 1 ? 1 : -1;
      };
      int e = 0, m = 0;
      for (int row = 0; row < side; ++row) {
        for (int column = 0; column < side; ++column) {
          e -= spin(row, column) * (spin(row + 1, column) + spin(row, column + 1));
          m += spin(row, column);
        }
      }
      energy.push_back(e);
      magnetization.push_back(m);
    }
  }

  std::size_t states() const { return energy.size(); }
  /// exp(-E/T), with the ground state at 1.
  double weight(std::size_t state, double temperature) const {
    return std::exp(-(energy[state] + 2 * sites) / temperature);
  }

  double mean(double temperature, const std::function<double(std::size_t)>& quantity) const {
    double sum = 0, norm = 0;
    for (std::size_t state = 0; state < states(); ++state) {
      sum += weight(state, temperature) * quantity(state);
      norm += weight(state, temperature);
    }
    return sum / norm;
  }

  int sites;
  std::vector<int> energy, magnetization;  // of the whole lattice
};

/// Runs `body(coin, probability)` once for each way in which its coin tosses can fall; `probability` holds
/// that of the tosses so far, each of them true with probability p.
inline void for_every_outcome(double p,
                              const std::function<void(const std::function<bool()>&, const double&)>& body) {
  std::vector<bool> path;
  do {
    std::size_t tossed = 0;
    double probability = 1;
    const std::function<bool()> coin = [&]() -> bool {
      if (tossed == path.size()) path.push_back(true);
      const bool heads = path[tossed++];
      probability *= heads ? p : 1 - p;
      return heads;
    };
    body(coin, probability);
    while (!path.empty() && !path.back()) path.pop_back();
    if (!path.empty()) path.back() = false;
  } while (!path.empty());
}

}  // namespace spinlab::physics
