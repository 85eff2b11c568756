#pragma once

#include <string>

#include "src/grading/grade.h"

namespace spinlab::grading {

/// The first page of the instructor's report: how the class did with a histogram, the checks from the one
/// that most students fail down, and a row a student that links to the student's page. Hidden checks are
/// among them.
std::string class_page(const Grading& grading);

}  // namespace spinlab::grading
