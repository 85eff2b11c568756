#include "src/judging/check_filter.h"

#include <fnmatch.h>

#include <sstream>

namespace spinlab::judging {
namespace {

bool any_matches(const std::string& name, const std::string& alternatives) {
  std::istringstream patterns(alternatives);
  for (std::string pattern; std::getline(patterns, pattern, ':');)
    if (::fnmatch(pattern.c_str(), name.c_str(), FNM_NOESCAPE) == 0) return true;
  return false;
}

}  // namespace

bool matches(const std::string& name, const std::string& pattern) {
  const auto dash = pattern.find('-');
  const auto wanted = pattern.substr(0, dash);
  const bool left_out = dash != std::string::npos && any_matches(name, pattern.substr(dash + 1));
  return !left_out && (wanted.empty() || any_matches(name, wanted));
}

std::string filter_of(const std::vector<std::string>& names) {
  std::string filter;
  for (const auto& name : names) filter += (filter.empty() ? "" : ":") + name;
  return filter;
}

}  // namespace spinlab::judging
