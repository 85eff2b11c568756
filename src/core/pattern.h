#pragma once

#include <regex.h>

#include <string>
#include <vector>

namespace spinlab {

/// A POSIX extended regular expression over bytes. (std::regex costs ten seconds of compile time in each
/// file.)
class Pattern {
 public:
  explicit Pattern(const char* expression);
  ~Pattern();
  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;

  /// A match as a whole, then its groups; "" for one that took no part.
  using Match = std::vector<std::string>;
  /// The first match in `text`; empty where there is none.
  Match first(const std::string& text) const;
  /// All, none overlapping another.
  std::vector<Match> all(const std::string& text) const;

 private:
  bool find(const std::string& text, std::size_t from, std::vector<regmatch_t>& places) const;

  regex_t compiled_{};
};

}  // namespace spinlab
