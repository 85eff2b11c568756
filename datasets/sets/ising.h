#pragma once

#include <vector>

#include "datasets/dataset.h"
#include "src/physics/ising.h"

namespace spinlab::datasets {

/// Labelled configurations of the square-lattice Ising model made on the spot: the embedded default.
struct IsingSetOptions {
  int64_t side = 32;
  std::vector<double> temperatures;  // in units of J/k
  int64_t samples = 400;             // at each temperature
  int64_t sweeps = 5;                // between two of them, see physics::IsingOptions
  physics::IsingAlgorithm algorithm = physics::IsingAlgorithm::kWolff;
};

/// All of them, temperature by temperature: inputs int8 (n, 1, side, side) of ±1, targets 1 ordered (T <
/// T_c), 0 disordered. Same seed, same bits, whatever the number of threads. Errors as physics::sample_ising.
Split make_ising(const IsingSetOptions& options, std::uint64_t seed);

/// Temperatures at least "critical_window" (0.3) from T_c = 2.269185 are shuffled and split into train and
/// test, those nearer are the part "critical" (absent where there are none): a classifier is judged where it
/// was not trained. Without such a part (critical_window 0) the posterior is known: by Bayes' rule with the
/// exact likelihood exp(-E/T)/Z(T) of all temperatures. Options: "side" (32), "temperatures" (1.0, 1.1, …,
/// 3.5), "samples" at each (400), "sweeps" between two (5), "algorithm" ("wolff", "metropolis"),
/// "test_fraction" (0.2).
Dataset load_ising(const Config& options, const DataFolders& folders, std::uint64_t seed);

}  // namespace spinlab::datasets
