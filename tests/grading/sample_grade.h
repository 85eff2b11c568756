#pragma once

#include <string>

#include "src/grading/gradebook/gradebook.h"

namespace spinlab::grading {

/// A result with two checks, and with text that a careless SQL statement would stumble over.
Grade sample_grade(const std::string& student, judging::Verdict verdict = judging::Verdict::kGraded);

}  // namespace spinlab::grading
