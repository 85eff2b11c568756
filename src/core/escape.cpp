#include "src/core/escape.h"

#include <algorithm>
#include <cctype>

namespace spinlab {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

bool continues(std::string_view text, size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
}

/// Bytes of the well-formed UTF-8 sequence at `at`, 0 where there is none. [Unicode 15, table 3-7]
size_t sequence_length(std::string_view text, size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  if (lead < 0x80) return 1;
  const size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  for (size_t i = 1; i < length; ++i) {
    if (!continues(text, at + i)) return 0;
  }
  const auto second = static_cast<unsigned char>(text[at + 1]);
  const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  const bool surrogate = lead == 0xED && second > 0x9F;
  const bool too_high = lead == 0xF4 && second > 0x8F;
  return overlong || surrogate || too_high ? 0 : length;
}

/// C0 but tab and newline, delete, C1 (terminals obey those too), and the two that XML 1.0 forbids.
bool is_control(std::string_view sequence) {
  const auto byte = static_cast<unsigned char>(sequence[0]);
  if (sequence.size() == 1) return (byte < 0x20 && byte != '\t' && byte != '\n') || byte == 0x7F;
  if (sequence.size() == 2) return byte == 0xC2 && static_cast<unsigned char>(sequence[1]) < 0xA0;
  return sequence == "\xEF\xBF\xBE" || sequence == "\xEF\xBF\xBF";
}

std::string_view entity(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return {};
  }
}

}  // namespace

std::string clean_utf8(std::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const auto length = sequence_length(text, at);
    const auto sequence = text.substr(at, std::max<size_t>(length, 1));
    clean += length == 0 || is_control(sequence) ? kReplacement : sequence;
    at += sequence.size();
  }
  return clean;
}

std::string xml_escaped(std::string_view text) {
  std::string escaped;
  for (const char c : clean_utf8(text)) {
    const auto replacement = entity(c);
    if (replacement.empty())
      escaped += c;
    else
      escaped += replacement;
  }
  return escaped;
}

std::string not_a_formula(std::string_view text) {
  const bool formula =
      !text.empty() && std::string_view("=+-@\t\r\n").find(text[0]) != std::string_view::npos;
  return (formula ? "'" : "") + clean_utf8(text);
}

std::string url_segment(std::string_view text) {
  constexpr auto kDigits = "0123456789ABCDEF";
  std::string segment;
  for (const unsigned char c : text) {
    const bool letter_or_digit = c < 0x80 && std::isalnum(c) != 0;
    if (letter_or_digit || c == '-' || c == '.' || c == '_' || c == '~')
      segment += static_cast<char>(c);
    else
      segment += {'%', kDigits[c >> 4], kDigits[c & 15]};
  }
  return segment;
}

std::string one_line(std::string_view text, std::size_t max_bytes) {
  auto line = clean_utf8(text);
  for (char& c : line) {
    if (c == '\n' || c == '\t') c = ' ';
  }
  if (line.size() <= max_bytes) return line;
  auto cut = max_bytes;
  while (cut > 0 && continues(line, cut)) --cut;
  return line.substr(0, cut) + "…";
}

std::string shell_quoted(std::string_view word) {
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

}  // namespace spinlab
