#pragma once

#include <string>
#include <vector>

#include "src/judging/answers/answers.h"

namespace spinlab::authoring {

/// A wrong solution: the master with one replacement in a solution region, or with wrong answers. [DeMillo,
/// Lipton and Sayward 1978]
struct Mutant {
  std::string name;
  std::string mistake;  // what a student who writes this has misunderstood
  std::string replace;  // empty where answers are wrong
  std::string with;
  judging::Answers answers;  // in place of the right ones
  std::vector<std::string> caught_by;  // checks that must fail on it
};

/// The entries of mutants.json. Throws c10::ValueError where one is ill-formed, has the name of another, or
/// is caught by nothing or by a check that the assignment does not have.
std::vector<Mutant> load_mutants(const judging::Assignment& assignment);

/// `count` of them in their order, the same ones for the same `text`; all where there are no more.
std::vector<Mutant> drawn(std::vector<Mutant> mutants, size_t count, const std::string& text);

}  // namespace spinlab::authoring
