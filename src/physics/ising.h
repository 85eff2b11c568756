#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "src/physics/onsager.h"

namespace spinlab::physics {

/// Wolff stays near equilibrium at every temperature; Metropolis, 64 chains in a word, is faster away from
/// the critical temperature but there needs about side^2.17 sweeps for one independent state.
enum class IsingAlgorithm { kWolff, kMetropolis };

/// Samples of the Ising model, E = -Σ s_i s_j over nearest neighbours, on a periodic side × side square
/// lattice in units of J = k = 1.
struct IsingOptions {
  int64_t side = 32;
  double temperature = kCriticalTemperature;
  int64_t samples = 100;
  int64_t sweeps = 5;  // from one sample to the next: side² spins flipped (Wolff) or tried (Metropolis) each
  int64_t burn_in = 100;  // sweeps before the first sample
  IsingAlgorithm algorithm = IsingAlgorithm::kWolff;
  std::uint64_t seed = 0;
};

/// (samples, side, side) int8, each spin -1 or +1, drawn from the Boltzmann distribution; the same seed gives
/// the same bits. Metropolis returns 64 chains' states, then, `sweeps` later, the next 64. Throws
/// c10::ValueError where side < 2 or above 4096, temperature ≤ 0, samples < 1, sweeps < 1 or burn_in < 0.
at::Tensor sample_ising(const IsingOptions& options);

/// (temperatures, samples, side, side) int8: each temperature has its own stream of random numbers and runs
/// on any of LibTorch's threads; their number does not change a bit. options.temperature is not used.
at::Tensor sample_ising(const std::vector<double>& temperatures, const IsingOptions& options);

/// Energy per site. spins: (…, L, L) of ±1. Returns (…) float64, in [-2, 2].
at::Tensor energy(const at::Tensor& spins);

/// Magnetization per site, (Σ s_i)/L². spins: (…, L, L) of ±1. Returns (…) float64, in [-1, 1].
at::Tensor magnetization(const at::Tensor& spins);

}  // namespace spinlab::physics
