#pragma once

#include "src/judging/assignment.h"

namespace spinlab::grading {

/// An assignment whose grades go to an LMS.
inline judging::Assignment sums() {
  judging::Assignment assignment;
  assignment.name = "00-sums";
  assignment.title = "Sums";
  return assignment;
}

}  // namespace spinlab::grading
