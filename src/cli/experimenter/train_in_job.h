#pragma once

#include "src/cli/command_line.h"
#include "src/cli/experimenter/train_arguments.h"
#include "src/training/runs/run_by_slurm.h"

namespace spinlab::cli {

/// --slurm, and what needs it.
void add_job_options(Command& command, JobArguments& job);

/// The job for a run in `folder`. Its result is printed here: the command line in it leaves out what is about
/// that. Throws c10::ValueError where nodes and ranks do not fit.
training::SlurmRun slurm_run(const TrainArguments& arguments, const std::filesystem::path& folder);

}  // namespace spinlab::cli
