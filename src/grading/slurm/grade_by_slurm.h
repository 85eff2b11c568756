#pragma once

#include <filesystem>
#include <vector>

#include "src/core/slurm/job.h"
#include "src/grading/grade.h"

namespace spinlab::grading {

/// As grade(), but each submission runs in a task of a Slurm job array, without a number of them one for each
/// four; `options.out` must lie where all nodes see it, at the same path as this program. What an array has
/// graded lies in OUT/slurm until it is in the gradebook: where this process, the array or single tasks are
/// ended, the same call goes on with the rest, and waits for an array that still runs. Ctrl-C (while an
/// Interrupt lives) cancels the array.
Grading grade_by_slurm(const judging::Assignment& assignment, const std::vector<std::filesystem::path>& paths,
                       GradeOptions options, const slurm::ArrayOptions& slurm);

}  // namespace spinlab::grading
