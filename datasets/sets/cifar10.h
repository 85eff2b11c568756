#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>

#include "datasets/dataset.h"

namespace spinlab::datasets {

constexpr int64_t kCifar10BatchSize = 10'000;

/// One file of the binary version: records of a label byte and 3 × 32 × 32 bytes, red, green, blue. Returns
/// inputs uint8 (records, 3, 32, 32) and targets (records). [Krizhevsky, "Learning Multiple Layers of
/// Features from Tiny Images", 2009] Throws c10::ValueError where the file has not exactly `records` or a
/// label is above 9.
Split read_cifar10_batch(const std::filesystem::path& file, int64_t records = kCifar10BatchSize);

/// CIFAR-10: inputs uint8 (50,000 / 10,000, 3, 32, 32). The six files are read side by side. No options of
/// its own.
Dataset load_cifar10(const Config& options, const DataFolders& folders);

}  // namespace spinlab::datasets
