#include "src/judging/named_in_code.h"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace spinlab::judging {
namespace {

bool is_part_of_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// Behind the quote that ends it, or at the end of its line. (A raw string that goes over lines is cut
/// short.)
std::size_t end_of_literal(std::string_view text, std::size_t begin) {
  auto end = begin + 1;
  while (end < text.size() && text[end] != text[begin] && text[end] != '\n') end += text[end] == '\\' ? 2 : 1;
  return end + 1;
}

/// The end of the comment, literal or #include that begins at `begin`; `begin` where none does.
std::size_t end_of_other(std::string_view text, std::size_t begin) {
  const auto rest = text.substr(begin);
  if (rest.starts_with("//") || rest.starts_with("#include")) return text.find('\n', begin);
  if (rest.starts_with("/*")) return std::min(text.find("*/", begin + 2), text.size()) + 2;
  const bool in_number = begin > 0 && is_part_of_name(text[begin - 1]);  // 1'000
  return rest[0] == '"' || (rest[0] == '\'' && !in_number) ? end_of_literal(text, begin) : begin;
}

bool is_called(std::string_view code, std::size_t begin, std::size_t end) {
  const auto next = code.find_first_not_of(" \t\n", end);
  return (begin > 0 && code[begin - 1] == ':') || (next < code.size() && code[next] == '(');
}

}  // namespace

std::string code_alone(std::string source) {
  for (std::size_t i = 0; i < source.size();) {
    const auto end = std::min(end_of_other(source, i), source.size());
    for (auto blank = i; blank < end; ++blank)
      if (source[blank] != '\n') source[blank] = ' ';
    i = std::max(end, i + 1);
  }
  return source;
}

std::optional<std::size_t> line_of_name(const std::string& code, const std::string& name, bool called) {
  for (auto at = code.find(name); at != std::string::npos; at = code.find(name, at + 1)) {
    const auto end = at + name.size();
    const bool whole =
        (at == 0 || !is_part_of_name(code[at - 1])) && (end == code.size() || !is_part_of_name(code[end]));
    if (whole && (!called || is_called(code, at, end)))
      return 1 + static_cast<std::size_t>(
                     std::count(code.begin(), code.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
  }
  return std::nullopt;
}

}  // namespace spinlab::judging
