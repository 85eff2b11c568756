#pragma once

#include <filesystem>

#include "src/judging/runner/retry.h"
#include "src/judging/rubric.h"

namespace spinlab::grading {

/// What one task of a job array does: its share of the sources in the work folder, each result written as
/// soon as it is there. Ends early, dropping the submission under way, where Slurm cancels it (while an
/// Interrupt lives). Throws c10::Error where this node's copy of the course or its data sets are not those
/// that the work was made for.
void grade_share(const std::filesystem::path& work_folder, int task, const judging::HasData& has_data,
                 const judging::Runner& runner);

}  // namespace spinlab::grading
