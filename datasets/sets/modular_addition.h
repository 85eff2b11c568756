#pragma once

#include "datasets/dataset.h"

namespace spinlab::datasets {

/// "a + b =" and what it is modulo p, for all p² pairs [Power et al., arXiv:2201.02177]: inputs int64 (n, 3),
/// a, b and the sign p; targets int64 (n, 3), the sum at the last place, the others -100, which is not
/// learnt. Options: "modulus" (97); "train_fraction" (0.5), of all pairs, drawn by the seed, the others test.
Dataset load_modular_addition(const Config& options, const DataFolders& folders, std::uint64_t seed);

}  // namespace spinlab::datasets
