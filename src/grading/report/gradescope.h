#pragma once

#include "src/grading/grade.h"

namespace spinlab::grading {

/// One student's results.json of Gradescope's autograder. [Gradescope, Autograder Specifications: Output
/// Format] A hidden check shows its title and, where it did not pass, its hint and reason_without_data,
/// nothing of its name or message, and that only once the grades are published.
Json gradescope_results(const Grading& grading, const Grade& grade);

}  // namespace spinlab::grading
