#pragma once

#include <cstdint>

#include "datasets/dataset.h"

namespace spinlab::datasets {

/// The chosen examples, in the order of `rows` (int64).
Split select(const Split& all, const at::Tensor& rows);

/// Shuffles `all` by the seed's stream "split" and cuts it in two: the first (1 - test_fraction) · n,
/// rounded, train. Throws c10::ValueError where either part would be empty.
void shuffle_split(const Split& all, double test_fraction, std::uint64_t seed, Dataset& into);

}  // namespace spinlab::datasets
