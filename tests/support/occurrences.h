#pragma once

#include <string>

namespace spinlab {

/// How often `part` stands in `text`.
inline int occurrences(const std::string& text, const std::string& part) {
  int found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

}  // namespace spinlab
