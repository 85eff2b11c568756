#include "datasets/tokens/byte_letters.h"

namespace spinlab::datasets {
namespace {

constexpr unsigned kLetters = 0x144, kFirstOfOthers = 0x100;

bool printable(unsigned byte) {
  return (byte >= '!' && byte <= '~') || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
}

struct Letters {
  std::array<unsigned, 256> of_byte{};
  std::array<int, kLetters> byte{};  // -1: none

  Letters() {
    byte.fill(-1);
    auto other = kFirstOfOthers;
    for (unsigned b = 0; b < 256; ++b) {
      of_byte[b] = printable(b) ? b : other++;
      byte[of_byte[b]] = static_cast<int>(b);
    }
  }
};

const Letters& letters() {
  static const Letters all;
  return all;
}

}  // namespace

std::string letters_of(std::string_view bytes) {
  std::string text;
  for (const unsigned char byte : bytes) {
    const auto letter = letters().of_byte[byte];
    if (letter < 0x80) {
      text.push_back(static_cast<char>(letter));
    } else {
      text.push_back(static_cast<char>(0xc0 | letter >> 6));
      text.push_back(static_cast<char>(0x80 | (letter & 0x3f)));
    }
  }
  return text;
}

std::optional<std::string> bytes_of(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned letter = static_cast<unsigned char>(text[i]);
    if (letter >= 0x80) {
      if ((letter & 0xe0) != 0xc0 || ++i == text.size()) return std::nullopt;
      letter = (letter & 0x1f) << 6 | (static_cast<unsigned char>(text[i]) & 0x3f);
    }
    if (letter >= kLetters || letters().byte[letter] < 0) return std::nullopt;
    bytes.push_back(static_cast<char>(letters().byte[letter]));
  }
  return bytes;
}

std::array<unsigned char, 256> bytes_by_letter() {
  std::array<unsigned char, 256> all{};
  std::size_t count = 0;
  for (const auto byte : letters().byte)
    if (byte >= 0) all.at(count++) = static_cast<unsigned char>(byte);
  return all;
}

}  // namespace spinlab::datasets
