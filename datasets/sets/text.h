#pragma once

#include "datasets/dataset.h"

namespace spinlab::datasets {

/// The user's own text: windows of tokens with the tokens that follow each. The text is cut in its order:
/// train, validation, test. Options: "file", "test_file", "validation_file", "test_fraction" (null: 0.1 of
/// the characters where there is no test_file), "validation_fraction" (0), and those of
/// datasets/tokens/token_windows.h. Characters are those of all files.
Dataset load_text(const Config& options, const DataFolders& folders);

}  // namespace spinlab::datasets
