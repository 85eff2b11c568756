#include "src/judging/includes.h"

#include <algorithm>
#include <sstream>

#include "src/core/files.h"

namespace fs = std::filesystem;

namespace spinlab::judging {
namespace {

/// The name in `#include "name"`, whatever blanks stand between; empty where the line is another one.
std::string included_name(std::string line) {
  constexpr std::string_view kInclude = "#include\"";
  const auto quote = line.find('"');
  if (quote == std::string::npos) return "";
  auto head = line.substr(0, quote + 1);
  std::erase_if(head, [](unsigned char c) { return std::isspace(c) != 0; });
  if (head != kInclude) return "";
  return line.substr(quote + 1, line.find('"', quote + 1) - quote - 1);
}

}  // namespace

std::vector<std::string> quoted_includes(std::string_view source) {
  std::vector<std::string> names;
  std::istringstream lines{std::string(source)};
  for (std::string line; std::getline(lines, line);)
    if (auto name = included_name(line); !name.empty()) names.push_back(std::move(name));
  return names;
}

std::optional<fs::path> included_file(const fs::path& includer, const std::string& name) {
  for (const auto& folder : {includer.parent_path(), root()})
    if (const auto file = (folder / name).lexically_normal(); fs::is_regular_file(file)) return file;
  return std::nullopt;
}

}  // namespace spinlab::judging
