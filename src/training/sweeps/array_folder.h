#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "src/training/sweeps/sweep.h"

namespace spinlab::training {

/// What a job array is to do of a sweep.
struct ArrayWork {
  int tasks = 1;
  std::vector<std::string> runs{};  // their names; task i takes i, i + tasks, …
  std::string data;                 // the folder of --data, or empty
  std::string command;              // for the runs' record
};

/// SWEEP/slurm, by which the tasks of a job array get their work: work.json, model.cpp (the user's own, as it
/// was then), array.sh, failed/RUN, log/task-N.log, and the job's id. The results are in the runs' own
/// folders. Every file is whole or not there, so that tasks may die at any moment.
class ArrayFolder {
 public:
  explicit ArrayFolder(const SweepFolder& sweep)
      : folder_(std::filesystem::absolute(sweep.path()) / "slurm") {}

  /// `runs`: those that work.runs names.
  void put(const ArrayWork& work, const std::vector<PlannedRun>& runs) const;
  /// Throws c10::ValueError where work.json is missing or another's.
  ArrayWork work() const;
  /// Has the user's own model, if there is one, loaded, and the run begin with it.
  PlannedRun with_model(PlannedRun run) const;

  void put_failure(const PlannedRun& run) const;
  bool has_failed(const PlannedRun& run) const;
  void forget_failures() const;

  std::filesystem::path script() const { return folder_ / "array.sh"; }
  std::filesystem::path logs() const { return folder_ / "log"; }
  const std::filesystem::path& path() const { return folder_; }
  void remove() const;

 private:
  std::filesystem::path folder_;
};

}  // namespace spinlab::training
