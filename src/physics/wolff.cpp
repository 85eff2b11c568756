#include "src/physics/wolff.h"

#include <cmath>

#include "src/physics/bernoulli.h"
#include "src/physics/onsager.h"

namespace spinlab::physics {

WolffChain::WolffChain(const SquareLattice& lattice, double temperature, std::mt19937_64 engine)
    : lattice_(lattice),
      engine_(engine),
      threshold_(threshold(-std::expm1(-2 / temperature))),
      spins_(lattice.sites(), 1) {
  if (temperature < kCriticalTemperature) return;
  for (auto& spin : spins_) spin = engine_() & 1 ? 1 : -1;
}

int64_t WolffChain::flip_one_cluster() {
  const auto seed = static_cast<int32_t>(engine_() % static_cast<std::uint64_t>(lattice_.sites()));
  return flip_cluster(lattice_, spins_, seed, frontier_, [this] { return engine_() < threshold_; });
}

void WolffChain::equilibrate(int64_t sweeps) {
  int64_t clusters = 0, flipped = 0;
  for (; flipped < sweeps * lattice_.sites(); ++clusters) flipped += flip_one_cluster();
  if (flipped > 0)
    clusters_per_sweep_ = static_cast<double>(clusters * lattice_.sites()) / static_cast<double>(flipped);
  advance(sweeps);
}

void WolffChain::advance(int64_t sweeps) {
  const auto clusters = std::llround(std::ceil(clusters_per_sweep_ * static_cast<double>(sweeps)));
  for (int64_t i = 0; i < clusters; ++i) flip_one_cluster();
}

void WolffChain::write(int8_t* spins) {
  const int8_t sign = engine_() & 1 ? 1 : -1;
  for (const auto spin : spins_) *spins++ = static_cast<int8_t>(sign * spin);
}

}  // namespace spinlab::physics
