#pragma once

#include "datasets/dataset.h"

namespace spinlab::datasets {

/// Sequences of random tokens with their answers, made from a seed: inputs and targets int64 (n, length).
/// Options: "task": "reverse" (default), "copy" or "sort"; "tokens" (10), how many different ones; "length"
/// (8); "samples" (10,000) to train and a tenth as many to test. A test sequence may be one of the training's
/// where tokens^length is small.
Dataset load_sequences(const Config& options, const DataFolders& folders, std::uint64_t seed);

}  // namespace spinlab::datasets
