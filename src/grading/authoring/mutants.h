#pragma once

#include <string>
#include <vector>

#include "src/grading/assignment.h"

namespace spinlab::grading {

/// A wrong solution: the master with one replacement in a solution region. [DeMillo, Lipton and Sayward 1978]
struct Mutant {
  std::string name;
  std::string mistake;  // what a student who writes this has misunderstood
  std::string replace;
  std::string with;
  std::vector<std::string> caught_by;  // checks that must fail on it
};

/// The entries of mutants.json. Throws c10::ValueError where one is ill-formed, has the name of another, or
/// is caught by nothing or by a check that the assignment does not have.
std::vector<Mutant> load_mutants(const Assignment& assignment);

}  // namespace spinlab::grading
