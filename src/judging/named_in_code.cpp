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

struct Piece {
  enum class Kind { kCode, kComment, kLiteral, kInclude } kind;
  std::size_t end;
};

/// What begins at `begin`; of code one character.
Piece piece_at(std::string_view text, std::size_t begin) {
  const auto rest = text.substr(begin);
  const auto line_end = [&] { return std::min(text.find('\n', begin), text.size()); };
  if (rest.starts_with("//")) return {Piece::Kind::kComment, line_end()};
  if (rest.starts_with("/*")) {
    const auto end = text.find("*/", begin + 2);
    return {Piece::Kind::kComment, end == std::string_view::npos ? text.size() : end + 2};
  }
  if (rest.starts_with("#include")) return {Piece::Kind::kInclude, line_end()};
  const bool in_number = begin > 0 && is_part_of_name(text[begin - 1]);  // 1'000
  if (rest[0] == '"' || (rest[0] == '\'' && !in_number))
    return {Piece::Kind::kLiteral, std::min(end_of_literal(text, begin), text.size())};
  return {Piece::Kind::kCode, begin + 1};
}

template <typename IsBlanked>
std::string blanked(std::string source, const IsBlanked& is_blanked) {
  const std::string text = source;
  for (std::size_t i = 0; i < text.size();) {
    const auto piece = piece_at(text, i);
    if (is_blanked(piece.kind))
      std::replace_if(
          source.begin() + static_cast<std::ptrdiff_t>(i),
          source.begin() + static_cast<std::ptrdiff_t>(piece.end), [](char c) { return c != '\n'; }, ' ');
    i = piece.end;
  }
  return source;
}

bool is_called(std::string_view code, std::size_t begin, std::size_t end) {
  const auto next = code.find_first_not_of(" \t\n", end);
  return (begin > 0 && code[begin - 1] == ':') || (next < code.size() && code[next] == '(');
}

}  // namespace

std::string without_comments(std::string source) {
  return blanked(std::move(source), [](Piece::Kind kind) { return kind == Piece::Kind::kComment; });
}

std::string code_alone(std::string source) {
  return blanked(std::move(source), [](Piece::Kind kind) { return kind != Piece::Kind::kCode; });
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
