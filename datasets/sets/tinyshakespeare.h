#pragma once

#include <filesystem>
#include <string>

#include "datasets/dataset.h"

namespace spinlab::datasets {

/// The whole text, at most 16 MiB. Throws c10::ValueError where the file is missing, empty or damaged.
std::string read_tinyshakespeare(const std::filesystem::path& file);

/// Windows of tokens, by default of the 65 characters, with the tokens that follow each; the first 90 % of
/// the text train, the rest test [Karpathy, nanoGPT, data/shakespeare_char/prepare.py]. Options: those of
/// datasets/tokens/token_windows.h.
Dataset load_tinyshakespeare(const Config& options, const DataFolders& folders);

}  // namespace spinlab::datasets
