#pragma once

#include "datasets/dataset.h"

namespace spinlab::datasets {

/// MNIST: inputs uint8 (60,000 / 10,000, 1, 28, 28), targets the digits. Options:
/// "digits" (not given: all), a list of some: [7, 8], of which 7 becomes class 0.
Dataset load_mnist(const Config& options, const DataFolders& folders);

}  // namespace spinlab::datasets
