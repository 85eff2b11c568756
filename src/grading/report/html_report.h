#pragma once

#include <string>

#include "src/grading/grade.h"

namespace spinlab::grading {

/// The instructor's page, hidden checks and all: the class with its histogram, how each check went, each
/// student's checks and messages. One file without scripts or anything from elsewhere; whatever a student
/// wrote is escaped.
std::string html_report(const Grading& grading);

}  // namespace spinlab::grading
