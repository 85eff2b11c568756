#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace spinlab::grading {

/// A Slurm job array: `tasks` times the same script, with SLURM_ARRAY_TASK_ID from 0 to tasks - 1, a
/// processor each.
struct ArrayJob {
  std::string name;
  std::filesystem::path script;
  std::filesystem::path logs;  // a folder; task-N.log
  int tasks = 1;
  std::int64_t memory_mib = 0;       // for each task
  std::vector<std::string> options;  // sbatch's; they override the above
};

/// What is left of an array in the queue.
struct QueueState {
  int running = 0;
  int waiting = 0;
  bool known = true;  // false where the controller did not answer: nothing can be said then
  bool ended() const { return known && running == 0 && waiting == 0; }
};

/// Hands the array to sbatch; returns its job id. Throws c10::ValueError with sbatch's own words where it is
/// refused or this machine has no Slurm.
std::string submit(const ArrayJob& job);
QueueState queue_state(const std::string& id);
/// Asks for its end; does not wait.
void cancel(const std::string& id);

}  // namespace spinlab::grading
