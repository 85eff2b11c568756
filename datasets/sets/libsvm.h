#pragma once

#include "datasets/dataset.h"

namespace spinlab::datasets {

/// The user's own sparse rows (datasets/formats/libsvm.h), made dense: inputs float64 (n, d), features "1",
/// "2", … Options: "file"; "test_file" and "validation_file"; "features" (null: the largest index of all
/// files), "zero_based" (false); "task"
/// ("classification", "regression"; null: classification where the labels are whole and at most 100 different
/// ones); "test_fraction" (0.2, where there is no test_file) and "validation_fraction" (0) of the shuffled
/// rows of "file".
Dataset load_libsvm(const Config& options, const DataFolders& folders, std::uint64_t seed);

}  // namespace spinlab::datasets
