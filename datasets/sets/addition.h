#pragma once

#include "datasets/dataset.h"

namespace spinlab::datasets {

/// Sums of two whole numbers, digit by digit: "012+345" and its answer "0357", int64 (n, 2 · digits + 1) and
/// (n, digits + 1). Every pair is one example at most, so that no test pair was trained on. Options: "digits"
/// (3) of a number; "samples" (20,000) to train and a tenth as many to test; "lowest_first" (true): an
/// answer's lowest digit comes first, in the order in which digits are carried.
Dataset load_addition(const Config& options, const DataFolders& folders, std::uint64_t seed);

}  // namespace spinlab::datasets
