#pragma once

#include "src/cli/command_line.h"
#include "src/core/slurm/job.h"

namespace spinlab::cli {

/// What a command that can work in a job array is told of it.
struct SlurmArguments {
  std::string tasks;  // the N of --slurm=N, or "auto"; empty: on this machine
  std::string options;

  bool asked() const { return !tasks.empty(); }
  slurm::ArrayOptions array() const;
};

/// --slurm, --slurm=N and --slurm-options.
void add_array_options(Command& command, SlurmArguments& arguments, const std::string& help);

/// --slurm-options, which needs --slurm.
void add_slurm_options(Command& command, std::string& options, const Option& slurm);

}  // namespace spinlab::cli
