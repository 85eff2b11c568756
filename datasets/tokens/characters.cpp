#include "datasets/tokens/characters.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <cstdio>

#include "src/core/escape.h"

namespace spinlab::datasets {
namespace {

constexpr std::size_t kCodePoints = 0x110000;

/// Bytes of a character by its first one; 0 where none begins with it.
std::size_t length_of(unsigned char first) {
  if (first < 0x80) return 1;
  if (first < 0xc0 || first >= 0xf8) return 0;
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; }

/// The character that begins at a byte, whole.
std::string_view character_at(std::string_view text, std::size_t at) {
  const auto length = length_of(static_cast<unsigned char>(text[at]));
  const auto character = text.substr(at, length);
  const bool whole = length > 0 && character.size() == length &&
                     std::all_of(character.begin() + 1, character.end(), is_continuation);
  if (whole) return character;
  char byte[8];
  std::snprintf(byte, sizeof byte, "0x%02X", static_cast<unsigned char>(text[at]));
  TORCH_CHECK_VALUE(false, "byte ", at + 1, " of ", text.size(), " (", byte,
                    ") begins no whole character of UTF-8; give UTF-8 that is cut between characters only");
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
    const auto character = character_at(text, at);
    body(code_point(character), character);
    at += character.size();
  }
}

/// U+0041.
std::string number_of(char32_t code) {
  char text[16];
  std::snprintf(text, sizeof text, "U+%04X", static_cast<unsigned>(code));
  return text;
}

}  // namespace

Characters::Characters(const std::vector<std::string_view>& texts) : numbers_(kCodePoints, -1) {
  std::vector<std::string_view> letters(kCodePoints);
  for (const auto text : texts)
    each_character(text, [&](char32_t code, std::string_view character) {
      TORCH_CHECK_VALUE(code < kCodePoints, "a text with bytes that are no UTF-8; save it as UTF-8");
      letters[code] = character;
    });
  for (std::size_t code = 0; code < kCodePoints; ++code) {
    if (letters[code].empty()) continue;
    numbers_[code] = static_cast<int32_t>(alphabet_.size());
    alphabet_.emplace_back(letters[code]);
  }
}

at::Tensor Characters::encode(std::string_view text) const {
  std::vector<int64_t> codes;
  codes.reserve(text.size());
  each_character(text, [&](char32_t code, std::string_view character) {
    const auto number = code < kCodePoints ? numbers_[code] : -1;
    TORCH_CHECK_VALUE(number >= 0, "character ", codes.size() + 1, ", \"", one_line(character), "\" (",
                      number_of(code), "), is not among the ", size(), " of the text that was learnt from");
    codes.push_back(number);
  });
  return at::tensor(codes, at::kLong);
}

}  // namespace spinlab::datasets
