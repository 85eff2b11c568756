#pragma once

#include <filesystem>
#include <functional>

#include "benchmarks/row.h"

namespace spinlab::benchmarks {

/// Whole programs on MNIST, an MLP 784-128-10 by SGD with momentum 0.9 at batch 64, start and reading of the
/// files included; the peer is runs_peer.py. Row start/python: until the first step would be taken (`spinlab
/// train --dry-run`, which also measures threads) or was. Rows sweep/16/python and sweep/16/one-by-one: two
/// epochs with four learning rates and four seeds, by `spinlab sweep` against a loop in Python with its
/// fastest setting, and against the same sweep with one run at a time. Throws c10::ValueError where MNIST's
/// files are not in `data`.
void runs(const std::filesystem::path& data, int repetitions, const std::function<void(const Row&)>& each);

}  // namespace spinlab::benchmarks
