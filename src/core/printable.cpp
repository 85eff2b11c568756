#include "src/core/printable.h"

#include "src/core/json.h"

namespace spinlab {

namespace {

/// Marks that turn the direction of writing, which let a text show as another one: U+061C, U+200E and U+200F, U+202A to U+202E,
/// U+2066 to U+2069 [Unicode Standard Annex 9, table 4], the separators U+2028 and U+2029, and C1's control characters. All
/// bytes of their UTF-8 become spaces.
void blank_marks(std::string& text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0; };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto second = byte(i + 1), third = byte(i + 2);
    const bool two = (byte(i) == 0xc2 && second >= 0x80 && second < 0xa0) || (byte(i) == 0xd8 && second == 0x9c);
    const bool general = second == 0x80 && (third == 0x8e || third == 0x8f || (third >= 0xa8 && third <= 0xae));
    const bool isolate = second == 0x81 && third >= 0xa6 && third <= 0xa9;
    if (two) text.replace(i, 2, "  ");
    if (byte(i) == 0xe2 && (general || isolate)) text.replace(i, 3, "   ");
  }
}

}  // namespace

std::string printable(std::string text, std::size_t max_bytes) {
  if (text.size() > max_bytes) text = text.substr(0, max_bytes) + " …";
  for (char& c : text)
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f) c = ' ';
  blank_marks(text);
  // The serialiser knows UTF-8: what is none comes back as U+FFFD.
  const Json checked = text;
  return Json::parse(checked.dump(-1, ' ', false, Json::error_handler_t::replace)).get<std::string>();
}

}  // namespace spinlab
