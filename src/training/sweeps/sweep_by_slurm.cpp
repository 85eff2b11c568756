#include "src/training/sweeps/sweep_by_slurm.h"

#include <ATen/Parallel.h>
#include <c10/util/Exception.h>
#include <signal.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <unordered_set>

#include "src/core/escape.h"
#include "src/core/files.h"
#include "src/core/find_program.h"
#include "src/core/interrupt.h"
#include "src/core/slurm/waiting.h"
#include "src/training/runs/run_folder.h"
#include "src/training/sweeps/array_folder.h"
#include "src/training/sweeps/fork_pool.h"

namespace fs = std::filesystem;

namespace spinlab::training {
namespace {

using Runs = std::vector<PlannedRun>;

class SweepArray {
 public:
  explicit SweepArray(const SweepFolder& sweep) : sweep_(sweep), folder_(sweep), all_(sweep.runs()) {}

  void run(const ArrayWork& work, const slurm::ArrayOptions& options) {
    if (const auto job = slurm::job_under_way(folder_.path()); !job.empty()) {
      std::cerr << "job " << job << " of an earlier start is still in the queue; waiting for it\n";
      wait(job);
    } else {
      folder_.forget_failures();
    }
    const auto left = without_end();
    if (!left.empty() && !Interrupt::requested()) wait(start(left, work, options));
  }

  SweepEnd end() const {
    SweepEnd end{.interrupted = Interrupt::requested()};
    for (const auto& run : all_)
      ++(has_result(run) ? end.finished : folder_.has_failed(run) ? end.failed : end.left);
    for (const auto& run : all_)
      if (folder_.has_failed(run) && end.first_failure.empty()) end.first_failure = sweep_.last_words(run);
    if (end.failed + end.left == 0) folder_.remove();
    return end;
  }

 private:
  bool has_result(const PlannedRun& run) const { return RunFolder(sweep_.run(run)).has_result(); }

  Runs without_end() const {
    Runs left;
    std::copy_if(all_.begin(), all_.end(), std::back_inserter(left),
                 [this](const auto& run) { return !has_result(run) && !folder_.has_failed(run); });
    return left;
  }

  /// Returns the job's id.
  std::string start(const Runs& left, ArrayWork work, const slurm::ArrayOptions& options) const {
    work.tasks = slurm::tasks_for(left.size(), options, /*share=*/1);
    for (const auto& run : left) work.runs.push_back(run.name);
    folder_.put(work, left);
    // This program itself, and not spinlab, which builds what was edited: all tasks would.
    write_file(folder_.script(), "#!/bin/sh\nexec " +
                                     shell_quoted((program_folder() / "spinlab-zoo").string()) +
                                     " sweep-task " + shell_quoted(fs::absolute(sweep_.path()).string()) +
                                     " \"$SLURM_ARRAY_TASK_ID\"\n");
    const slurm::ArrayJob array{.name = "sweep-" + sweep_.path().filename().string(),
                                .script = folder_.script(),
                                .logs = folder_.logs(),
                                .tasks = work.tasks,
                                .options = options.options};
    const auto job = slurm::submit(array);
    slurm::remember_job(folder_.path(), job);
    std::cerr << "job " << job << ": " << left.size() << " runs in " << work.tasks << " tasks, by way of "
              << folder_.path().string() << '\n';
    return job;
  }

  void wait(const std::string& job) const {
    auto missing = without_end();
    const auto total = static_cast<int64_t>(all_.size());
    slurm::wait_for_results(job, sweep_.path().filename().string() + " by Slurm", total, [&] {
      std::erase_if(missing, [this](const auto& run) { return has_result(run) || folder_.has_failed(run); });
      return total - static_cast<int64_t>(missing.size());
    });
  }

  const SweepFolder& sweep_;
  ArrayFolder folder_;
  Runs all_;
};

Runs share_of(const SweepFolder& sweep, const ArrayFolder& folder, const ArrayWork& work, int task) {
  std::unordered_set<std::string> names;
  for (auto i = static_cast<std::size_t>(task); i < work.runs.size();
       i += static_cast<std::size_t>(work.tasks))
    names.insert(work.runs[i]);
  Runs share;
  for (auto& run : sweep.runs())
    if (names.contains(run.name) && !RunFolder(sweep.run(run)).has_result())
      share.push_back(folder.with_model(std::move(run)));
  return share;
}

/// Those that --slurm-options gave to each task.
int processors() {
  const auto* said = std::getenv("SLURM_CPUS_PER_TASK");
  return said == nullptr ? 1 : std::max(1, std::atoi(said));
}

/// Slurm ends all processes of a task, and the run may have heard of it before this one.
bool was_stopped(int code) { return code == 128 + SIGTERM || Interrupt::requested(); }

}  // namespace

SweepEnd sweep_by_slurm(const SweepFolder& folder, const fs::path& data, const slurm::ArrayOptions& options,
                        const std::string& command) {
  SweepArray array(folder);
  array.run({.data = data.empty() ? "" : fs::absolute(data).string(), .command = command}, options);
  return array.end();
}

void sweep_share(const fs::path& path, int task) {
  const SweepFolder sweep(path);
  const ArrayFolder folder(sweep);
  const auto work = folder.work();
  const auto share = share_of(sweep, folder, work, task);
  const datasets::DataFolders data(work.data);
  at::set_num_threads(1);  // see fork_each
  fork_each(
      share.size(), 1,
      [&](std::size_t i) { return run_one(sweep, share[i], data, processors(), work.command); },
      [&](std::size_t i, int code) {
        std::cout << share[i].name << ": "
                  << (code == 0           ? "done"
                      : was_stopped(code) ? "stopped"
                                          : "failed, see its log")
                  << std::endl;
        if (code != 0 && !was_stopped(code)) folder.put_failure(share[i]);
      });
}

void require_no_array(const SweepFolder& folder) {
  if (find_program("squeue").empty()) return;
  const auto job = slurm::job_under_way(ArrayFolder(folder).path());
  TORCH_CHECK_VALUE(job.empty(), folder.path().string(), ": job ", job,
                    " is at this sweep; wait for it by --slurm --resume, or end it by scancel ", job);
}

}  // namespace spinlab::training
