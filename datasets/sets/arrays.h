#pragma once

#include "datasets/dataset.h"

/// The user's own arrays: NumPy's .npz and .npy, and idx. All three take "task" ("classification",
/// "regression"; null: classification where the targets are whole numbers by their type), "channels"
/// ("first", "last": where the channels of 4-dimensional arrays stand), "test_fraction" (null: 0.2 where no
/// test part comes by itself) and "validation_fraction" (0), cut from the shuffled training rows. Throw
/// c10::ValueError: an array that is missing (with the nearest), examples and targets that are not as many,
/// NaN or infinite numbers, one class only.
///
/// Inputs: uint8 and int8 of 3 dimensions (n, H, W) become (n, 1, H, W) and stay bytes; of 4 they are (n, C,
/// H, W). Whole numbers (n, T) whose targets are whole numbers (n, T) are tokens, int64. All else becomes
/// float64, (n) then (n, 1).
namespace spinlab::datasets {

/// Options: "file", and the names of the arrays in it: "x" (null: x_train, or x), "y" (y_train, or y; without
/// either there is nothing to predict), "x_test", "y_test", "x_validation", "y_validation" (those names,
/// where the file has them).
Dataset load_npz(const Config& options, const DataFolders& folders, std::uint64_t seed);

/// A file an array. Options: "x", and where there is one "y", "x_test", "y_test", "x_validation",
/// "y_validation".
Dataset load_npy(const Config& options, const DataFolders& folders, std::uint64_t seed);

/// Options: "images", and where there is one "labels", "test_images", "test_labels"; idx files, plain, .gz or
/// .xz.
Dataset load_idx(const Config& options, const DataFolders& folders, std::uint64_t seed);

}  // namespace spinlab::datasets
