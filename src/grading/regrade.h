#pragma once

#include "src/grading/grade.h"

namespace spinlab::grading {

/// A student's result before and after.
struct Change {
  Grade before;
  Grade after;
};

struct Regrading {
  Grading grading;              // with the results that count now
  std::vector<Change> changes;  // verdict, points or the outcome of a check differ
};

/// Grades the latest submission of each student again from the source that the gradebook keeps: after the
/// checks were changed, say. The new results count only once all are there, at the same moment; until then,
/// and where a machine's failure or Ctrl-C keeps some from it, those before do, and the next call goes on.
/// Throws as grade() does, and c10::ValueError where sources are not in the gradebook.
Regrading regrade(const judging::Assignment& assignment, const GradeOptions& options);

/// Takes the last regrade that was not undone back. Throws c10::ValueError where there is none.
Regrading undo_regrade(const judging::Assignment& assignment, const std::filesystem::path& out);

}  // namespace spinlab::grading
