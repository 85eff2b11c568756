#include "src/physics/ising.h"

#include <torch/types.h>

#include <algorithm>

#include "src/core/on_all_cores.h"
#include "src/core/seed.h"
#include "src/physics/metropolis.h"
#include "src/physics/wolff.h"

namespace spinlab::physics {
namespace {

constexpr int64_t kLargestSide = 4096;

void check(const IsingOptions& options, const std::vector<double>& temperatures) {
  TORCH_CHECK_VALUE(options.side >= 2 && options.side <= kLargestSide,
                    "the Ising lattice's side must lie in [2, ", kLargestSide, "], got ", options.side);
  TORCH_CHECK_VALUE(options.samples >= 1, "at least one Ising sample must be asked for, got ",
                    options.samples);
  TORCH_CHECK_VALUE(options.sweeps >= 1, "Ising samples must lie at least one sweep apart, got ",
                    options.sweeps);
  TORCH_CHECK_VALUE(options.burn_in >= 0, "burn-in must be 0 sweeps or more, got ", options.burn_in);
  TORCH_CHECK_VALUE(!temperatures.empty(), "at least one temperature must be given");
  for (const double temperature : temperatures) check_temperature(temperature);
}

void sample_wolff(const SquareLattice& lattice, const IsingOptions& options, std::mt19937_64 engine,
                  int8_t* spins) {
  WolffChain chain(lattice, options.temperature, engine);
  chain.equilibrate(options.burn_in);
  for (int64_t i = 0; i < options.samples; ++i) {
    if (i > 0) chain.advance(options.sweeps);
    chain.write(spins + i * lattice.sites());
  }
}

void sample_metropolis(const SquareLattice& lattice, const IsingOptions& options, std::mt19937_64 engine,
                       int8_t* spins) {
  MetropolisChains chains(lattice, options.temperature, engine);
  for (int64_t i = 0; i < options.burn_in; ++i) chains.sweep();
  for (int64_t first = 0; first < options.samples; first += MetropolisChains::kChains) {
    for (int64_t i = 0; first > 0 && i < options.sweeps; ++i) chains.sweep();
    chains.write(spins + first * lattice.sites(),
                 std::min(options.samples - first, MetropolisChains::kChains));
  }
}

void check_configurations(const at::Tensor& spins) {
  TORCH_CHECK_VALUE(spins.dim() >= 2 && spins.size(-1) == spins.size(-2),
                    "spin configurations must have the shape (..., L, L), got ", spins.sizes());
}

}  // namespace

at::Tensor sample_ising(const std::vector<double>& temperatures, const IsingOptions& options) {
  check(options, temperatures);
  const SquareLattice lattice(options.side);
  const auto count = static_cast<int64_t>(temperatures.size());
  const auto spins = torch::empty({count, options.samples, options.side, options.side}, torch::kInt8);
  const auto sample = options.algorithm == IsingAlgorithm::kWolff ? sample_wolff : sample_metropolis;
  on_all_cores(count, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      auto here = options;
      here.temperature = temperatures[i];
      sample(lattice, here, make_engine(options.seed, "ising", i),
             spins.data_ptr<int8_t>() + i * options.samples * lattice.sites());
    }
  });
  return spins;
}

at::Tensor sample_ising(const IsingOptions& options) {
  return sample_ising(std::vector<double>{options.temperature}, options).squeeze(0);
}

at::Tensor energy(const at::Tensor& spins) {
  check_configurations(spins);
  const auto right_and_below = spins.roll(-1, -1) + spins.roll(-1, -2);
  return -(spins * right_and_below).sum({-2, -1}, false, torch::kFloat64) / (spins.size(-1) * spins.size(-2));
}

at::Tensor magnetization(const at::Tensor& spins) {
  check_configurations(spins);
  return spins.mean({-2, -1}, false, torch::kFloat64);
}

}  // namespace spinlab::physics
