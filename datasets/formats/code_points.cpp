#include "datasets/formats/code_points.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>

#include "datasets/files/compressed_file.h"
#include "src/core/text_encoding.h"

namespace spinlab::datasets {
namespace {

constexpr std::uint64_t kMaxBytes = 256 << 20;
constexpr std::size_t kCodePoints = 0x110000;

/// Bytes of a character by its first one.
std::size_t length_of(unsigned char first) {
  return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

char32_t code_point(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return first;
  char32_t code = first & (0x7f >> character.size());
  for (const unsigned char next : character.substr(1)) code = code << 6 | (next & 0x3f);
  return code;
}

template <typename Body>
void each_character(std::string_view text, const Body& body) {
  for (std::size_t at = 0; at < text.size();) {
    const auto character = text.substr(at, length_of(static_cast<unsigned char>(text[at])));
    body(code_point(character), character);
    at += character.size();
  }
}

}  // namespace

CodePoints encode_code_points(std::string_view text) {
  std::vector<int32_t> numbers(kCodePoints, 0);
  int64_t length = 0;
  each_character(text, [&](char32_t code, std::string_view) { numbers.at(code) = 1, ++length; });
  CodePoints encoded;
  for (auto& number : numbers) {
    if (number == 0) continue;
    number = static_cast<int32_t>(encoded.alphabet.size());
    encoded.alphabet.emplace_back();
  }
  encoded.codes = at::empty({length}, at::kLong);
  auto* to = encoded.codes.mutable_data_ptr<int64_t>();
  each_character(text, [&](char32_t code, std::string_view character) {
    *to++ = numbers[code];
    if (auto& letter = encoded.alphabet[numbers[code]]; letter.empty()) letter = character;
  });
  return encoded;
}

CodePoints read_characters(const std::filesystem::path& file) {
  const auto most = std::min(justified_bytes(file), kMaxBytes);
  CompressedFile in(file, "check what wrote it, or save a part of it");
  std::string text;
  try {
    text = decode_text(in.read_rest(most)).text;
  } catch (const c10::ValueError& error) {
    const std::string what = error.what_without_backtrace();
    TORCH_CHECK_VALUE(false, what.starts_with(file.string()) ? "" : file.string() + ": ", what);
  }
  TORCH_CHECK_VALUE(!text.empty() && text.find('\0') == text.npos, file.string(),
                    ": is not text; save it as UTF-8");
  return encode_code_points(text);
}

}  // namespace spinlab::datasets
