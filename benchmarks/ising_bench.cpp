// Spins a second of each Ising update: tried ones for Metropolis, flipped ones for Wolff (items_per_second).

#include <benchmark/benchmark.h>

#include "src/core/seed.h"
#include "src/physics/metropolis.h"
#include "src/physics/onsager.h"
#include "src/physics/wolff.h"

namespace spinlab::physics {
namespace {

void metropolis(benchmark::State& state) {
  const SquareLattice lattice(state.range(0));
  MetropolisChains chains(lattice, kCriticalTemperature, make_engine(0, "bench"));
  for (auto _ : state) chains.sweep();
  state.SetItemsProcessed(state.iterations() * lattice.sites() * MetropolisChains::kChains);
}
BENCHMARK(metropolis)->Arg(32)->Arg(128)->Unit(benchmark::kMicrosecond);

void wolff(benchmark::State& state) {
  const SquareLattice lattice(state.range(0));
  WolffChain chain(lattice, kCriticalTemperature, make_engine(0, "bench"));
  chain.equilibrate(100);
  constexpr int64_t kSweeps = 10;
  for (auto _ : state) chain.advance(kSweeps);
  state.SetItemsProcessed(state.iterations() * kSweeps * lattice.sites());
}
BENCHMARK(wolff)->Arg(32)->Arg(128)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace spinlab::physics

BENCHMARK_MAIN();
