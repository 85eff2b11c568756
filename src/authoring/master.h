#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "src/judging/assignment.h"

namespace spinlab::authoring {

/// A piece of solution.cpp: given lines, or a solution region without its two marker lines.
struct Segment {
  bool solution = false;
  int line = 0;  // of its first line, from 1
  std::string text;
  std::string name;    // region: what the stub says is not implemented; empty where the region leaves nothing
  std::string hint;    // region: a comment for the stub
  std::string stub;    // region: the `// STUB` lines, which replace the throw
  std::string indent;  // region: of its marker
};

/// The one source of an assignment, between `// BEGIN SOLUTION [name[: hint]]` and `// END SOLUTION` the
/// students' part.
class Master {
 public:
  /// Throws c10::ValueError naming `where` and the line: a region that nests, is not closed or not opened, a
  /// marker with other text on its line, no region at all.
  static Master parse(std::string_view text, const std::string& where);
  static Master load(const judging::Assignment& assignment);

  /// A submission that earns all points.
  std::string whole() const;
  /// What students start from: each region becomes its stub.
  std::string stubbed() const;
  /// The master with `with` for `replace`, which must occur once, in a region; throws c10::ValueError
  /// otherwise.
  std::string mutated(const std::string& replace, const std::string& with, const std::string& mutant) const;
  const std::vector<Segment>& segments() const { return segments_; }

 private:
  std::vector<Segment> segments_;
  std::string where_;
};

/// Whether a line still carries a marker; none may reach a student.
bool has_marker(std::string_view text);

}  // namespace spinlab::authoring
