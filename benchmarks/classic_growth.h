#pragma once

#include "benchmarks/growth.h"
#include "datasets/files/data_folders.h"

namespace spinlab::benchmarks {

/// Time and memory of the rows of `classic` against the number of training rows, ours alone.
std::vector<Growth> classic_growth(const datasets::DataFolders& data, const MachinePeaks& peaks,
                                   const EachGrowth& each);

}  // namespace spinlab::benchmarks
