#pragma once

#include <string>

#include "src/judging/assignment.h"

namespace spinlab::judging {

inline std::string checker_of(const Assignment& assignment) { return assignment.name + "-checker"; }

/// A program made from the assignment, "01-regression-checker" or "01-regression-experiment", is built where
/// it is not (src/core/build_on_demand.h). Throws c10::Error where it can't be, c10::ValueError where a file
/// that it is made from is missing.
void require_program(const Assignment& assignment, const std::string& program);

}  // namespace spinlab::judging
