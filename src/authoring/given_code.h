#pragma once

#include <string>
#include <vector>

#include "src/judging/assignment.h"

namespace spinlab::authoring {

/// What is nobody's own in a submission: the C++ of the handout, and the master, which may have been shown or leaked.
std::vector<std::string> given_code(const judging::Assignment& assignment);

}  // namespace spinlab::authoring
