#pragma once

#include <string>
#include <vector>

#include "src/grading/grade.h"

namespace spinlab::grading {

/// A check of the assignment as one student's result has it: what every report shows in its own form.
struct CheckView {
  judging::CheckInfo check;
  bool counts = true;
  bool judged = true;  // whether the result says something of it: only of answers where the code was not graded
  judging::Outcome outcome = judging::Outcome::kNotRun;
  double earned = 0;
  double seconds = 0;
  std::string message;  // why it did not pass, does not count or was not reached
};

/// In the assignment's order.
std::vector<CheckView> check_views(const Grading& grading, const Grade& grade);

/// What passes a stochastic check: "passes with 2 of 3 seeds; …"; empty for another.
std::string seeds_rule(const judging::CheckInfo& check);

}  // namespace spinlab::grading
