#pragma once

#include <c10/core/ScalarType.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace spinlab::training {

/// The header of a safetensors file: a JSON object that says of each tensor its dtype, its shape, and which
/// bytes behind the header are its numbers. [https://github.com/huggingface/safetensors, "Format"]
struct SafetensorsHeader {
  struct Entry {
    c10::ScalarType type;
    std::vector<int64_t> shape;
    /// Of the bytes behind the header.
    std::uint64_t begin, end;
  };
  std::map<std::string, Entry> tensors;
  std::map<std::string, std::string> metadata;
};

/// Headers that are longer are refused, as the reference implementation does.
inline constexpr std::uint64_t kMaxSafetensorsHeader = 100'000'000;

/// Trusts nothing, and keeps nothing that is not part of a header. Throws c10::ValueError where it is no JSON
/// of that form, a key stands twice, a dtype is not one of ours, a shape's bytes are not those of its
/// offsets, or the tensors do not fill exactly `data_bytes` without a gap or an overlap.
SafetensorsHeader parse_safetensors_header(std::string_view text, std::uint64_t data_bytes);

/// "F32"; empty for a type that is not written.
std::string_view safetensors_name(c10::ScalarType type);

}  // namespace spinlab::training
