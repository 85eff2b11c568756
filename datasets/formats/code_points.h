#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace spinlab::datasets {

/// A text as numbers of its characters.
struct CodePoints {
  at::Tensor codes;                   // int64 (length), into `alphabet`
  std::vector<std::string> alphabet;  // the distinct characters, by their code points, each as UTF-8
};

/// text: valid UTF-8.
CodePoints encode_code_points(std::string_view text);

/// The characters of a file (plain, .gz or .xz; UTF-8 or UTF-16 by its byte order mark, else UTF-8 or
/// Windows-1252), at most 256 MiB. Throws c10::ValueError: empty, no text, longer than that or out of
/// proportion to the file (justified_bytes).
CodePoints read_characters(const std::filesystem::path& file);

}  // namespace spinlab::datasets
