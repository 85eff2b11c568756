#pragma once

#include <filesystem>
#include <string>

#include "src/core/slurm/job.h"
#include "src/training/sweeps/sweep.h"

namespace spinlab::training {

/// As run_sweep, but the runs are done by the tasks of a Slurm job array, without a number of them one each;
/// the folder must lie where all nodes see it, at the same path as this program. SWEEP/slurm is there until
/// every run has its result. Where an array of an earlier start is still in the queue, it is waited for
/// first. Ctrl-C (while an Interrupt lives) cancels the array, whose runs save their checkpoints. `data`: the
/// folder of --data, or empty.
SweepEnd sweep_by_slurm(const SweepFolder& folder, const std::filesystem::path& data,
                        const slurm::ArrayOptions& options, const std::string& command);

/// What one task of the array does: its share of the sweep in this folder, run by run, each in a process of
/// its own. Ends early, the run's checkpoint saved, where Slurm cancels it (while an Interrupt lives).
void sweep_share(const std::filesystem::path& folder, int task);

/// Throws c10::ValueError where an array is at this sweep, so far as this machine can know.
void require_no_array(const SweepFolder& folder);

}  // namespace spinlab::training
