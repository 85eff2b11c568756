#pragma once

#include <filesystem>

#include "src/judging/runner/submission_run.h"

namespace spinlab::judging {

/// Compiles `source` with debug information that names it where it lies, and becomes the assignment's checker
/// with the submission loaded into it, so that `gdb --args spinlab check NAME --in-process` stops in the
/// student's functions. Without sandbox and limits: for one's own code. Returns only by throwing:
/// c10::ValueError where the source does not compile or no visible check matches the filter.
[[noreturn]] void debug_submission(const Assignment& assignment, const std::filesystem::path& source,
                                   const RunOptions& options);

}  // namespace spinlab::judging
