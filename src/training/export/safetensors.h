#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "src/training/named_tensors.h"

namespace spinlab::training {

/// Tensors and texts by name, as Python's package safetensors reads and writes them: 8 bytes that give the
/// length of a JSON header, the header, and the numbers, little-endian, without gaps. Nothing in such a file
/// can be executed. [https://github.com/huggingface/safetensors, "Format"]
///
///     write_file("model.safetensors", safetensors_bytes({model_weights, {{"format", "pt"}}}));
struct Safetensors {
  NamedTensors tensors;
  std::map<std::string, std::string> metadata;
};

/// The whole file. The widest types come first, so that each tensor begins at a multiple of its item's size.
/// Tensors of any device and strides. Throws c10::ValueError for a type other than F64, F32, F16, BF16, I64,
/// I32, I16, I8, U8 and BOOL.
std::string safetensors_bytes(const Safetensors& content);

/// Trusts nothing: the lengths of file and header, then each dtype, shape and place are checked before
/// anything of their size is allocated (safetensors_header.h). Throws c10::ValueError in one line with the
/// remedy where it is not a whole safetensors file, or larger than `max_bytes`.
Safetensors read_safetensors(const std::filesystem::path& file,
                             std::uintmax_t max_bytes = std::uintmax_t{8} << 30);

}  // namespace spinlab::training
