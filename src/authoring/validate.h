#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "src/authoring/false_failures.h"
#include "src/authoring/mutants.h"
#include "src/judging/rubric.h"
#include "src/judging/runner/retry.h"

namespace spinlab::authoring {

struct ValidateOptions {
  int seeds = 1;          // repetitions of the master, with seeds seed, seed + 1, …
  int variant_seeds = 2;  // repetitions of each variant, with the first of those
  int mutants = 0;        // at most so many, others after every change of the master or of them; 0: all
  int jobs = 1;
  std::vector<judging::Assignment> course = {};  // the others, with whose names this one's must not collide
  judging::RunOptions run;
  bool allow_missing_data = false;  // leave out the checks that lack a data set, and what is judged by them
  judging::HasData has_data = [](const std::string&) { return true; };
  judging::Runner runner;  // run_submission, or a test's
};

/// How a check did: against the master, and the mutants that name it.
struct CheckHealth {
  judging::CheckInfo check;
  int false_failures = 0;     // of the master, out of `seeds`
  FalseFailures single = {};  // of a stochastic check's single runs
  int mutants = 0;            // that name it and that it catches
};

/// How a mutant did.
struct MutantHealth {
  std::string name;
  std::vector<std::string> missed;  // checks that it names and that passed it
};

/// How a right solution in another style did.
struct VariantHealth {
  std::string name;
  std::vector<std::string> failed;  // checks, each once
};

/// The test of an assignment itself; it is sound where `problems` is empty.
struct Validation {
  std::vector<std::string> problems;
  std::vector<std::string> notes;  // what was left out or is untested, but not wrong
  std::vector<CheckHealth> checks;  // none where nothing ran
  std::vector<MutantHealth> mutants;
  std::vector<VariantHealth> variants;
  int seeds = 0;
};

/// Nothing runs where lint (lint.h) has something to say. The master must earn all points with every seed
/// (but for a stochastic check, which must not fail more often than it states), the stubs none, every variant
/// all; every mutant must be caught by all checks that it names, every sample get its verdict and points;
/// handout, mutants.json and answer_key.json must be well-formed. In a student edition, which has no master,
/// only the stubs are judged, and a note says so. Throws c10::ValueError where a data set is missing,
/// c10::Error where this machine cannot grade.
Validation validate(const judging::Assignment& assignment, const ValidateOptions& options);

}  // namespace spinlab::authoring
