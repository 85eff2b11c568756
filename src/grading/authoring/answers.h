#pragma once

#include <string>
#include <vector>

#include "src/core/compare.h"
#include "src/grading/assignment.h"

namespace spinlab::grading {

/// The expected answer to an analytical question of the handout. A hidden check of the same name asks the
/// submission for it; title and points stand there.
struct Answer {
  std::string name;
  std::string question;
  std::vector<double> expected;  // one number, or several
  Tolerance tolerance;
};

/// The entries of answers.json; none where the assignment has no such file. Throws c10::ValueError where one
/// is ill-formed, repeats a name, belongs to no hidden check, is not finite or has no tolerance above 0.
std::vector<Answer> load_answers(const Assignment& assignment);

}  // namespace spinlab::grading
