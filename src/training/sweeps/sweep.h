#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "datasets/files/data_folders.h"
#include "src/training/runs/run_lock.h"
#include "src/training/sweeps/sweep_plan.h"

namespace spinlab::training {

struct SweepEnd {
  int finished = 0, failed = 0;
  int left = 0;  // of a job array whose tasks were ended before
  bool interrupted = false;
  /// What the first run that failed said last.
  std::string first_failure{};
};

/// The files of a sweep: sweep.json, which says all its runs; a folder and a log for each.
class SweepFolder {
 public:
  explicit SweepFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// Writes the plan and holds the folder's lock as long as this object lives. Throws c10::ValueError where a
  /// sweep is here already and has begun, or another with `resume`; where a run is; where another process is
  /// at it.
  void start(const std::vector<PlannedRun>& runs, bool resume);
  /// Throws c10::ValueError where there is none.
  std::vector<PlannedRun> runs() const;

  std::filesystem::path run(const PlannedRun& run) const { return folder_ / run.name; }
  /// The last line of its log; empty where there is none.
  std::string last_words(const PlannedRun& run) const;
  std::filesystem::path log(const PlannedRun& run) const { return folder_ / "logs" / (run.name + ".log"); }
  const std::filesystem::path& path() const { return folder_; }

 private:
  bool has_begun() const;

  std::filesystem::path folder_;
  std::shared_ptr<RunLock> lock_;
};

/// Does what is left of the sweep in `jobs` processes of `threads` threads each, a progress bar on standard
/// error; what a run says goes to its log. A run that fails does not end the others. While an Interrupt
/// lives, Ctrl-C stops all in good order. `command`: for the runs' record.
SweepEnd run_sweep(const SweepFolder& folder, const datasets::DataFolders& data, int jobs, int threads,
                   const std::string& command);

/// One run of it, started or gone on with, as an exit code; for job arrays.
int run_one(const SweepFolder& folder, const PlannedRun& planned, const datasets::DataFolders& data,
            int threads, const std::string& command);

}  // namespace spinlab::training
