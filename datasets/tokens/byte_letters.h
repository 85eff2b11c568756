#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace spinlab::datasets {

/// A letter that can be seen for each byte, in which vocab.json and merges.txt are written: printable bytes
/// of Latin-1 are themselves, the others the letters from U+0100 on. [bytes_to_unicode of GPT-2's encoder.py]
std::string letters_of(std::string_view bytes);
/// Nothing where a character is none of the letters.
std::optional<std::string> bytes_of(std::string_view letters);

/// All bytes in the order of their letters' code points, in which GPT-2 numbers them.
std::array<unsigned char, 256> bytes_by_letter();

}  // namespace spinlab::datasets
