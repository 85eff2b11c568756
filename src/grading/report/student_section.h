#pragma once

#include <string>

#include "src/grading/grade.h"

namespace spinlab::grading {

/// A student's foldable part of the report: verdict, every check with its message, how it was run.
std::string student_section(const Grading& grading, const Grade& grade);

/// The anchor of that part.
std::string student_anchor(const Grade& grade);

/// A verdict or outcome in its colour, with a sign of its own for those who do not see colours.
std::string verdict_word(Verdict verdict);
std::string outcome_word(Outcome outcome);
/// The class of the style sheet and the sign.
std::string outcome_class(Outcome outcome);
std::string outcome_sign(Outcome outcome);

}  // namespace spinlab::grading
