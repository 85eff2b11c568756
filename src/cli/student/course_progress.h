#pragma once

#include <string>
#include <vector>

#include "src/judging/assignment.h"
#include "src/judging/rubric.h"
#include "src/judging/verdict.h"

namespace spinlab::cli {

/// What this user's last checks came to, kept in XDG_STATE_HOME/spinlab/progress.json (~/.local/state): for
/// `next` and `hint`, of no weight for grades.
struct AssignmentProgress {
  std::vector<judging::CheckInfo> passed, open;  // the visible checks, in their order
  std::vector<judging::CheckInfo> lacking;       // neither: they need a data set that is not on this machine
  double points = 0, maximum = 0;

  std::size_t checks() const { return passed.size() + open.size() + lacking.size(); }
};

/// Adds the checks of `report` that were run. Where the file can't be written, a note on standard error says
/// so.
void remember(const judging::Assignment& assignment, const judging::Report& report);

/// Throws c10::ValueError where the file is damaged, saying what to remove.
AssignmentProgress progress_of(const judging::Assignment& assignment, const judging::HasData& has_data);

}  // namespace spinlab::cli
