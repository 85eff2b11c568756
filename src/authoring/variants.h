#pragma once

#include <string>
#include <vector>

#include "src/judging/assignment.h"

namespace spinlab::authoring {

/// A right solution in another style than the master's: variants/NAME.cpp, a whole submission.
struct Variant {
  std::string name;
  std::string source;
};

/// Sorted by name; none where the assignment has no such folder.
std::vector<Variant> load_variants(const judging::Assignment& assignment);

}  // namespace spinlab::authoring
