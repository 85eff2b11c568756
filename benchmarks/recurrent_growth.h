#pragma once

#include <vector>

#include "benchmarks/growth.h"

namespace spinlab::benchmarks {

/// Seconds and memory of 20 steps of the LSTM against its width, the length of a row and the batch, and of a
/// reservoir's run against its units and the trajectories beside each other.
std::vector<Growth> recurrent_growth(const MachinePeaks& peaks, const EachGrowth& each);

}  // namespace spinlab::benchmarks
