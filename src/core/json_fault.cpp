#include "src/core/json_fault.h"

#include <algorithm>
#include <string_view>

namespace spinlab {
namespace {

bool says(const Json::parse_error& error, std::string_view words) {
  return std::string_view(error.what()).find(words) != std::string_view::npos;
}

std::string_view without_blanks_before(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(" \t\r"), text.size()));
}

/// One string, number, word or bracket, with nothing behind it.
bool is_one_token(std::string_view text) {
  if (text.size() <= 1) return true;
  if (text[0] != '"') return text.find_first_of(" \t\",:[]{}") == std::string_view::npos;
  std::size_t end = 1;
  while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
  return end + 1 >= text.size();
}

/// Whether what the parser did not expect stands first in `line`, which it has read up to the end of that.
bool begins_with_the_unexpected(std::string_view line, const Json::parse_error& error) {
  const auto rest = without_blanks_before(line);
  if (says(error, "unexpected end of input")) return rest.empty();
  return says(error, "unexpected") && is_one_token(rest);
}

}  // namespace

std::int64_t line_of_fault(const std::string& text, const Json::parse_error& error) {
  std::string_view read(text.data(), std::min(error.byte, text.size()));
  const auto begin = read.rfind('\n') + 1;
  const auto before = read.substr(0, begin).find_last_not_of(" \t\r\n");
  if (begins_with_the_unexpected(read.substr(begin), error) && before != std::string_view::npos)
    read = read.substr(0, before);
  if (read.ends_with('\n')) read.remove_suffix(1);  // of a string that its line's end cut
  return 1 + std::count(read.begin(), read.end(), '\n');
}

}  // namespace spinlab
