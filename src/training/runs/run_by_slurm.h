#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace spinlab::training {

/// A training that a job of a Slurm cluster does.
struct SlurmRun {
  std::vector<std::string>
      words;  // of the command line: train RECIPE …, where the run is new or overwrites one
  std::vector<std::string> resumed;  // the same where Slurm starts the job once more: after a preemption, say
  int nodes = 0;                     // 0: as Slurm likes
  int ranks = 1;                     // more than one: by the mpirun of the job's node
  std::vector<std::string> options;  // the user's, for sbatch
};

/// Submits it and follows its log on standard error to its end. The run's folder must lie where all nodes see
/// it, at the same path as this program; RUN/slurm in it has the script and the log. A job of these words
/// that an earlier start left in the queue is followed, no other submitted. Ctrl-C (while an Interrupt lives)
/// has the run save its checkpoint and ends the job. Returns the exit code of spinlab train; nothing where
/// the job was cancelled, killed or out of its time. Throws c10::ValueError where another job is at this run.
std::optional<int> run_by_slurm(const std::filesystem::path& folder, const SlurmRun& run);

/// The job that is in the queue for the run in this folder; empty where none is.
std::string slurm_job_of(const std::filesystem::path& folder);
/// Follows that job; otherwise as run_by_slurm.
std::optional<int> follow_slurm_job(const std::filesystem::path& folder, const std::string& job);

}  // namespace spinlab::training
