#pragma once

#include <string>
#include <vector>

#include "src/grading/submissions/submissions.h"

namespace spinlab::grading {

/// Where students have several entries: all but the newest by file time (`Submission::submitted_at`; of equal
/// times the last in the order of `entries`) are marked as superseded, and of those that hold the same only the
/// newest stays. Returns what the instructor should know: a line a student. `entries` as find_entries gives
/// them; `expected` and `max_bytes` as for read_submission.
std::vector<std::string> mark_superseded(std::vector<Entry>& entries, const std::string& expected,
                                         std::int64_t max_bytes);

}  // namespace spinlab::grading
