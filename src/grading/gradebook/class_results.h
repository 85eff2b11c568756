#pragma once

#include "src/grading/grade.h"

namespace spinlab::grading {

/// The latest result of every student, and an entry of Verdict::kMissing for each enrolled one who handed
/// nothing in, by name. `checks` are those that count.
std::vector<Grade> class_results(const Gradebook& gradebook, const std::vector<judging::CheckInfo>& checks);

/// What the instructor should know of roster and results: who is not on the roster, with the nearest that is.
std::vector<std::string> roster_notes(const Gradebook& gradebook);

/// DIR/gradebook.sqlite. Throws c10::ValueError where there is none.
Gradebook existing_gradebook(const std::filesystem::path& out, const judging::Assignment& assignment);

/// The gradebook's state without a run: the checks that its results have are those that count. Throws
/// c10::ValueError as Gradebook does.
Grading read_grading(const judging::Assignment& assignment, const Gradebook& gradebook);

}  // namespace spinlab::grading
