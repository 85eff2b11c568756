#pragma once

#include <string>

#include "src/grading/grade.h"

namespace spinlab::grading {

/// A row a student: student, verdict, points, max_points, what the points are the sum of (automatic, manual,
/// bonus, late, the last 0 or negative), then the points of each check under its name, then seed, graded_at,
/// detail. Points stay empty where there is no result or a check did not count. RFC 4180.
std::string grades_csv(const Grading& grading);

}  // namespace spinlab::grading
