#pragma once

#include <functional>

#include "benchmarks/row.h"
#include "src/judging/rubric.h"

namespace spinlab::benchmarks {

/// From a saved file to the verdict of its visible checks, for each assignment's master. Rows check/NAME (all
/// is started after the save, as `spinlab check` does) and watch/NAME (checker and worker wait already, as in
/// `spinlab watch`). The peer is what a student waits for without a framework's help: the compiler on the
/// same file with torch/torch.h, once, and no check run.
void feedback(const judging::HasData& has_data, int repetitions, const std::function<void(const Row&)>& each);

}  // namespace spinlab::benchmarks
