#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "datasets/dataset.h"

namespace spinlab::datasets {

/// Numbers for the distinct bytes of a text, in the order of their values.
struct Characters {
  std::string alphabet;

  explicit Characters(std::string_view text);
  /// int64 (length), each in [0, alphabet.size()). Throws c10::ValueError at a byte that the alphabet lacks.
  at::Tensor encode(std::string_view text) const;
  std::string decode(const at::Tensor& codes) const;
};

/// The whole text, at most 16 MiB. Throws c10::ValueError where the file is missing, empty or damaged.
std::string read_tinyshakespeare(const std::filesystem::path& file);

/// Inputs int64 (n, context), targets int64 (n, context) the characters that follow each; the first 90 % of
/// the text train, the rest test [Karpathy, nanoGPT, data/shakespeare_char/prepare.py]. Windows start at
/// every `stride`-th character and share memory. Options: "context" (64), "stride" (1). `classes` are the 65
/// characters.
Dataset load_tinyshakespeare(const Config& options, const DataFolders& folders);

}  // namespace spinlab::datasets
