#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <string>

#include "datasets/dataset.h"

namespace spinlab::datasets {

/// The idx format of unsigned bytes: magic 0x000008dd, dd dimensions as big-endian uint32, then the bytes,
/// row-major. Returns uint8 of that shape. [LeCun, Cortes, Burges, http://yann.lecun.com/exdb/mnist/] The
/// file must have `dimensions` of them, at most `max_rows` long in the first and 1024 in the others. Throws
/// c10::ValueError, before it allocates, where the header says otherwise; where bytes are missing or left
/// over.
at::Tensor read_idx(const std::filesystem::path& file, int64_t dimensions, int64_t max_rows,
                    const std::string& remedy);

/// MNIST: inputs uint8 (60,000 / 10,000, 1, 28, 28), targets the digits. No options of its own.
Dataset load_mnist(const Config& options, const DataFolders& folders, std::uint64_t seed);

}  // namespace spinlab::datasets
