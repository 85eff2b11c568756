#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "src/judging/assignment.h"
#include "src/judging/submission.h"
#include "src/judging/verdict.h"

namespace spinlab::authoring {

/// A submission to show or test the grading with, made from the master so that no copy of it lies anywhere.
struct Sample {
  std::string id;    // in place of a student's name
  std::string what;  // what is right or wrong with it
  judging::Verdict verdict = judging::Verdict::kGraded;
  double points = 0;  // what it must earn where every data set is there
  judging::Submission submission;
};

/// The entries of samples.json, none where the assignment has no such file. A sample is the master with
/// "mutants" applied to it (names of mutants.json, or none), with one "replace" by "with", or a "file" of its
/// own. Its answers are right where "answers" does not say otherwise. Throws c10::ValueError where an entry is
/// ill-formed, or a text to replace does not occur once.
std::vector<Sample> load_samples(const judging::Assignment& assignment);

/// Writes each to FOLDER/ID/FILE, its answers beside that, as `spinlab grade` takes them.
void write_samples(const judging::Assignment& assignment, const std::filesystem::path& folder);

}  // namespace spinlab::authoring
