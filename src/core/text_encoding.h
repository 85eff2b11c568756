#pragma once

#include <string>
#include <string_view>

namespace spinlab {

struct DecodedText {
  std::string text;  // valid UTF-8, without the mark
  std::string encoding;
  bool byte_order_mark = false;
};

/// `bytes` as UTF-8. A byte order mark names UTF-8, UTF-16LE or UTF-16BE; without one it is UTF-8 where that
/// is valid, else Windows-1252. Throws c10::ValueError where the bytes are not text in the encoding that was
/// found.
DecodedText decode_text(std::string_view bytes);

}  // namespace spinlab
