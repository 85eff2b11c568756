#pragma once

#include <string>
#include <vector>

#include "src/grading/grade.h"

namespace spinlab::grading {

/// Cells in columns as wide as their widest, two spaces between; those in `right` are set flush right.
std::string columns(const std::vector<std::vector<std::string>>& rows, const std::vector<bool>& right);

/// Student, verdict, points and, where there is one, the first line of what went wrong: for the end of a run.
std::string grades_table(const Grading& grading);

}  // namespace spinlab::grading
