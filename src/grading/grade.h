#pragma once

#include <functional>
#include <string>
#include <vector>

#include "src/judging/runner/retry.h"
#include "src/grading/gradebook/gradebook.h"
#include "src/judging/rubric.h"

namespace spinlab::grading {

struct GradeOptions {
  std::filesystem::path out;  // gradebook.sqlite and the results go here
  int jobs = 1;
  judging::RunOptions run;
  bool own_seed = false;  // the gradebook's seed in place of run.seed (grading_seed.h)
  bool allow_missing_data = false;
  int attempts = 3;  // for an infrastructure failure
  judging::HasData has_data = [](const std::string&) { return true; };
  judging::Runner runner;  // run_submission, or a test's
};

/// An assignment's gradebook after a run, with what the run did.
struct Grading {
  judging::Assignment assignment;
  judging::Rubric rubric;
  std::string rubric_sha256;
  std::vector<Grade> grades;       // every student of the gradebook and its roster
  std::vector<std::string> notes;  // for the instructor: who handed in several times, results that failed
  int graded = 0;                  // in this run
  int kept = 0;                    // already in the gradebook, unchanged
  int failed = 0;                  // infrastructure failures: no result, tried again by the next run
  int left = 0;                    // not begun, where Ctrl-C ended the run
};

/// A run's description before it begins: assignment, and which checks count.
Grading begin_grading(const judging::Assignment& assignment, const GradeOptions& options);

/// Grades the submissions behind `paths` (find_entries says what those may be), each recorded as soon as it
/// is done. What the gradebook already has for the same source, seed and checks is
/// kept. Ctrl-C (while an Interrupt lives) ends it after dropping the submissions under way. Throws
/// c10::ValueError where the paths, the data sets or the gradebook are at fault, c10::Error where this
/// machine cannot grade at all.
Grading grade(const judging::Assignment& assignment, const std::vector<std::filesystem::path>& paths,
              const GradeOptions& options);

}  // namespace spinlab::grading
