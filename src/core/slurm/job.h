#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

/// A Slurm cluster's queue, by its own programs. What a job reads and writes must lie where all nodes see it,
/// at one path.
namespace spinlab::slurm {

/// What sbatch is handed.
struct Job {
  std::string name;
  std::filesystem::path script;
  std::filesystem::path log;
  std::vector<std::string> needs;    // sbatch's words for what it takes: "--ntasks=8"
  std::vector<std::string> options;  // the user's; they override the above
};

/// `tasks` times the same script, with SLURM_ARRAY_TASK_ID from 0 to tasks - 1, a processor each.
struct ArrayJob {
  std::string name;
  std::filesystem::path script;
  std::filesystem::path logs;  // a folder; task-N.log
  int tasks = 1;
  std::int64_t memory_mib = 0;       // for each task; 0: as the cluster says
  std::vector<std::string> options;  // the user's, for sbatch; they override the above
};

/// What a user says of an array.
struct ArrayOptions {
  int tasks = 0;                     // 0: as many as suit the work
  std::vector<std::string> options;  // for sbatch
};

/// How many tasks `count` pieces of work are cut into: what was asked for, or one for each `share` of them
/// and at most 100.
int tasks_for(std::size_t count, const ArrayOptions& options, int share);

/// What is left of a job in the queue.
struct QueueState {
  int running = 0;
  int waiting = 0;
  bool known = true;  // false where the controller did not answer: nothing can be said then
  bool ended() const { return known && running == 0 && waiting == 0; }
};

/// Throws c10::ValueError where this machine has no Slurm.
void require_slurm();

/// Hand it to sbatch; they return its job id. Throw c10::ValueError with sbatch's own words where it is
/// refused or this machine has no Slurm.
std::string submit(const Job& job);
std::string submit(const ArrayJob& job);

QueueState queue_state(const std::string& id);

/// Asks for its end; does not wait. Slurm sends SIGTERM to all of its processes, and SIGKILL soon after
/// (KillWait).
void cancel(const std::string& id);
/// The same for a job that takes its time: SIGUSR1 to its script alone, which is to pass it on.
void ask_to_end(const std::string& id);

/// A folder's job, in a file of it: what was submitted for it last; empty where nothing was.
void remember_job(const std::filesystem::path& folder, const std::string& id);
std::string remembered_job(const std::filesystem::path& folder);
/// The same where it has not ended yet, else empty.
std::string job_under_way(const std::filesystem::path& folder);

}  // namespace spinlab::slurm
