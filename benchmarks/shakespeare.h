#pragma once

#include <string>

#include "datasets/dataset.h"

namespace spinlab::benchmarks {

/// tinyshakespeare, or as many random letters where it is not there.
std::string shakespeare(const datasets::DataFolders& data);

/// Its characters in windows from every one of them, the first 90 % to train.
datasets::Dataset character_windows(const std::string& letters, int64_t context);

}  // namespace spinlab::benchmarks
