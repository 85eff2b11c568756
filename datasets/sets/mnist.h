#pragma once

#include "datasets/dataset.h"

namespace spinlab::datasets {

/// MNIST: inputs uint8 (60,000 / 10,000, 1, 28, 28), targets the digits. No options of its own.
Dataset load_mnist(const Config& options, const DataFolders& folders);

}  // namespace spinlab::datasets
