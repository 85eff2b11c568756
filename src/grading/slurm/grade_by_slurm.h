#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "src/grading/grade.h"

namespace spinlab::grading {

struct SlurmOptions {
  int tasks = 0;                     // of the array; 0: one for each four submissions, at most 100
  std::vector<std::string> options;  // sbatch's
};

/// As grade(), but each submission runs in a task of a Slurm job array; `options.out` must lie where all
/// nodes see it, at the same path as this program. What an array has graded lies in OUT/slurm until it is in
/// the gradebook: where this process, the array or single tasks are ended, the same call goes on with the
/// rest, and waits for an array that still runs. Ctrl-C (while an Interrupt lives) cancels the array.
Grading grade_by_slurm(const judging::Assignment& assignment, const std::vector<std::filesystem::path>& paths,
                       GradeOptions options, const SlurmOptions& slurm);

}  // namespace spinlab::grading
