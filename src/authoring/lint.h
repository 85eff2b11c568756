#pragma once

#include <string>
#include <vector>

#include "src/judging/assignment.h"

namespace spinlab::authoring {

/// What can be said against an assignment in milliseconds, without a compiler: a line for each file that is
/// missing, each TEST without an entry in assignment.json (it would never run) or entry without a TEST, each
/// that stands in the wrong one of checks.cpp and hidden_checks.cpp, each function that calls.h and the tasks
/// do not both name, each task without its heading in README.md. Of a student edition, which has no hidden
/// checks, the same as far as it goes.
std::vector<std::string> lint(const judging::Assignment& assignment);

/// A line for each hidden check of `assignment` whose name another one of `course` shows to students, or the
/// other way round: a search for leaks could not tell them apart.
std::vector<std::string> lint_names(const judging::Assignment& assignment,
                                    const std::vector<judging::Assignment>& course);

}  // namespace spinlab::authoring
