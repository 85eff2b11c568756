#include "src/core/pattern.h"

#include <c10/util/Exception.h>

namespace spinlab {
namespace {

Pattern::Match cut(const std::string& text, const std::vector<regmatch_t>& places) {
  Pattern::Match match;
  for (const auto& [start, end] : places) match.push_back(start < 0 ? "" : text.substr(start, end - start));
  return match;
}

}  // namespace

Pattern::Pattern(const char* expression) {
  TORCH_CHECK(::regcomp(&compiled_, expression, REG_EXTENDED) == 0, expression, ": no regular expression");
}

Pattern::~Pattern() { ::regfree(&compiled_); }

bool Pattern::find(const std::string& text, std::size_t from, std::vector<regmatch_t>& places) const {
  places.assign(compiled_.re_nsub + 1, {});
  places[0] = {static_cast<regoff_t>(from), static_cast<regoff_t>(text.size())};  // a NUL byte ends nothing
  return ::regexec(&compiled_, text.data(), places.size(), places.data(),
                   REG_STARTEND | (from > 0 ? REG_NOTBOL : 0)) == 0;
}

Pattern::Match Pattern::first(const std::string& text) const {
  std::vector<regmatch_t> places;
  return find(text, 0, places) ? cut(text, places) : Match();
}

std::vector<Pattern::Match> Pattern::all(const std::string& text) const {
  std::vector<Match> matches;
  std::vector<regmatch_t> places;
  for (std::size_t from = 0; from <= text.size() && find(text, from, places);) {
    matches.push_back(cut(text, places));
    from = static_cast<std::size_t>(places[0].rm_eo) + (places[0].rm_eo == places[0].rm_so ? 1 : 0);
  }
  return matches;
}

}  // namespace spinlab
