#include "src/physics/metropolis.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "src/physics/bernoulli.h"
#include "src/physics/onsager.h"

namespace spinlab::physics {

MetropolisChains::MetropolisChains(const SquareLattice& lattice, double temperature, std::mt19937_64 engine)
    : lattice_(lattice),
      engine_(engine),
      threshold_(threshold(std::exp(-4 / temperature))),
      words_(lattice.sites(), ~std::uint64_t{0}) {
  if (temperature >= kCriticalTemperature) std::generate(words_.begin(), words_.end(), std::ref(engine_));
}

void MetropolisChains::sweep() {
  metropolis_sweep(lattice_, words_,
                   [this](std::uint64_t lanes) { return bernoulli_lanes(engine_, threshold_, lanes); });
}

void MetropolisChains::write(int8_t* spins, int64_t count) {
  const std::uint64_t signs = engine_();
  for (int64_t chain = 0; chain < count; ++chain) {
    for (const auto word : words_) *spins++ = (word ^ signs) >> chain & 1 ? 1 : -1;
  }
}

}  // namespace spinlab::physics
