#pragma once

#include <string>
#include <vector>

#include "src/judging/assignment.h"
#include "src/judging/verdict.h"

namespace spinlab::cli {

/// What this user's last checks came to, kept in XDG_STATE_HOME/spinlab/progress.json (~/.local/state): for
/// `next` and `hint`, of no weight for grades.
struct AssignmentProgress {
  std::vector<judging::CheckInfo> passed, open;  // the visible checks, in their order
  double points = 0, maximum = 0;
};

/// Adds the checks of `report` that were run. Where the file can't be written, a note on standard error says
/// so.
void remember(const judging::Assignment& assignment, const judging::Report& report);

/// Throws c10::ValueError where the file is damaged, saying what to remove.
AssignmentProgress progress_of(const judging::Assignment& assignment);

}  // namespace spinlab::cli
