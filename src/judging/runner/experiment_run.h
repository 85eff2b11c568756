#pragma once

#include <filesystem>

#include "src/judging/runner/submission_run.h"

namespace spinlab::judging {

/// Compiles `source` as run_submission does and runs the assignment's experiment with it. Throws
/// c10::ValueError where the submission does not compile, ends early, or the assignment has no experiment.
Json run_experiment(const Assignment& assignment, const std::filesystem::path& source,
                    const RunOptions& options);

}  // namespace spinlab::judging
