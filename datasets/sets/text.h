#pragma once

#include "datasets/dataset.h"

namespace spinlab::datasets {

/// The characters of the user's own text (datasets/formats/code_points.h): inputs int64 (n, context), targets
/// int64 (n, context) the characters that follow each. Windows start at every `stride`-th character and share
/// memory; `classes` are the characters of all files. The text is cut in its order: train, validation, test.
/// Options: "file", "test_file", "validation_file", "context" (64), "stride" (1), "test_fraction" (null: 0.1
/// where there is no test_file), "validation_fraction" (0).
Dataset load_text(const Config& options, const DataFolders& folders);

}  // namespace spinlab::datasets
