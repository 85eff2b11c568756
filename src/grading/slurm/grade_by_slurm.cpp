#include "src/grading/slurm/grade_by_slurm.h"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <map>
#include <thread>

#include "src/core/files.h"
#include "src/core/interrupt.h"
#include "src/core/progress.h"
#include "src/core/sha256.h"
#include "src/grading/gradebook/grading_seed.h"
#include "src/grading/slurm/array_job.h"
#include "src/grading/slurm/work_folder.h"
#include "src/grading/submissions/submissions.h"

namespace fs = std::filesystem;

namespace spinlab::grading {
namespace {

using Clock = std::chrono::steady_clock;
using Sources = std::map<std::string, std::string>;  // by their SHA-256

constexpr int kMostTasks = 100, kShare = 4;
constexpr std::chrono::milliseconds kLook(500), kAskTheQueue(3000);
constexpr std::chrono::seconds kFilesMayComeLater(10);  // than their writer's end, over NFS
constexpr std::int64_t kOverheadMib = 3072;             // LibTorch in checker and worker, the compiler

/// What must be run: the gradebook does not have it, and it can be read. A source that two students handed in
/// runs once.
Sources sources_to_run(const judging::Assignment& assignment, const std::string& rubric_sha256,
                       const std::vector<fs::path>& paths, const GradeOptions& options) {
  const Gradebook gradebook(options.out / "gradebook.sqlite", assignment.name);
  Sources sources;
  for (const auto& entry : find_entries(paths, assignment.file)) {
    auto submission = read_submission(entry, assignment.file, assignment.limits.source_bytes);
    if (!submission.problem.empty()) continue;
    if (!gradebook.holds({entry.student, judging::sha256_of(submission), rubric_sha256, options.run.seed}))
      sources.emplace(sha256_hex(submission.source), std::move(submission.source));
  }
  return sources;
}

/// A word of a shell's command line.
std::string quoted(const std::string& text) {
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? "'\\''" : std::string(1, c);
  return word + "'";
}

/// Waits for an array as long as results are missing.
class Waiting {
 public:
  Waiting(const WorkFolder& folder, std::vector<std::string> wanted, const std::string& name)
      : folder_(folder),
        missing_(std::move(wanted)),
        total_(missing_.size()),
        progress_("grading " + name + " by Slurm", static_cast<int64_t>(total_)) {}

  void run() {
    look();
    while (!missing_.empty() && !Interrupt::requested() && !is_over()) {
      std::this_thread::sleep_for(kLook);
      look();
    }
    progress_.finish();
    if (Interrupt::requested()) cancel(folder_.job());
  }

 private:
  void look() {
    std::erase_if(missing_, [this](const std::string& sha256) { return folder_.has_result(sha256); });
    progress_.update(static_cast<int64_t>(total_ - missing_.size()),
                     "job " + folder_.job() + ": " + std::to_string(queue_.running) + " tasks run, " +
                         std::to_string(queue_.waiting) + " wait");
  }

  bool is_over() {
    if (Clock::now() - asked_ >= kAskTheQueue) {
      queue_ = queue_state(folder_.job());
      asked_ = Clock::now();
      if (!queue_.ended()) last_seen_ = asked_;
    }
    return Clock::now() - last_seen_ >= kFilesMayComeLater;
  }

  const WorkFolder& folder_;
  std::vector<std::string> missing_;
  std::size_t total_;
  Progress progress_;
  QueueState queue_;
  Clock::time_point asked_{}, last_seen_ = Clock::now();
};

class Cluster {
 public:
  Cluster(const judging::Assignment& assignment, const std::string& rubric_sha256, const GradeOptions& options,
          const SlurmOptions& slurm)
      : assignment_(assignment),
        rubric_sha256_(rubric_sha256),
        options_(options),
        slurm_(slurm),
        folder_(fs::absolute(options.out) / "slurm" /
                (rubric_sha256.substr(0, 16) + "-" + std::to_string(options.run.seed))) {}

  void run(const Sources& sources) {
    if (const auto job = folder_.job(); !job.empty() && !queue_state(job).ended()) {
      std::cerr << "job " << job << " of an earlier start still runs; waiting for it\n";
      wait(folder_.work().sources);
    }
    const auto missing = without_result(sources);
    if (missing.empty() || Interrupt::requested()) return;
    for (const auto& sha256 : missing) folder_.put_source(sha256, sources.at(sha256));
    start(missing);
    wait(missing);
  }

  /// Reads what the tasks wrote, in place of running anything.
  judging::Runner results() const {
    return [this](const judging::Assignment&, const fs::path& file, const judging::RunOptions&) {
      return folder_.report(
          sha256_hex(read_file(file, static_cast<std::uintmax_t>(assignment_.limits.source_bytes))));
    };
  }

  void remove() const {
    std::error_code ignored;
    fs::remove_all(folder_.path(), ignored);
    fs::remove(folder_.path().parent_path(), ignored);
  }

 private:
  std::vector<std::string> without_result(const Sources& sources) const {
    std::vector<std::string> missing;
    for (const auto& [sha256, text] : sources)
      if (!folder_.has_result(sha256)) missing.push_back(sha256);
    return missing;
  }

  int tasks_for(std::size_t count) const {
    const auto least = slurm_.tasks > 0 ? static_cast<std::size_t>(slurm_.tasks)
                                        : std::min<std::size_t>(kMostTasks, (count + kShare - 1) / kShare);
    return static_cast<int>(std::min(least, count));
  }

  void start(const std::vector<std::string>& missing) {
    const int tasks = tasks_for(missing.size());
    folder_.put({fs::absolute(assignment_.folder), rubric_sha256_, options_.run.filter, options_.run.seed,
                 options_.allow_missing_data, options_.run.allow_weak_sandbox, tasks, missing});
    write_file(folder_.script(), "#!/bin/sh\nexec " + quoted(program_folder() / "spinlab") + " grade-task " +
                                     quoted(folder_.path()) + " \"$SLURM_ARRAY_TASK_ID\"\n");
    const auto memory = (assignment_.limits.memory_bytes >> 20) + kOverheadMib;
    const auto job = submit(
        {"grade-" + assignment_.name, folder_.script(), folder_.logs(), tasks, memory, slurm_.options});
    folder_.put_job(job);
    std::cerr << "job " << job << ": " << missing.size() << " submissions in " << tasks
              << " tasks, by way of " << folder_.path().string() << '\n';
  }

  void wait(const std::vector<std::string>& wanted) const {
    Waiting(folder_, wanted, assignment_.name).run();
  }

  const judging::Assignment& assignment_;
  const std::string& rubric_sha256_;
  const GradeOptions& options_;
  const SlurmOptions& slurm_;
  WorkFolder folder_;
};

}  // namespace

Grading grade_by_slurm(const judging::Assignment& assignment, const std::vector<fs::path>& paths,
                       GradeOptions options, const SlurmOptions& slurm) {
  const auto begun = begin_grading(assignment, options);
  make_writable_folder(options.out);
  Gradebook gradebook(options.out / "gradebook.sqlite", assignment.name);
  options.run.seed = run_seed(gradebook, options);
  Cluster cluster(assignment, begun.rubric_sha256, options, slurm);
  if (judging::run_code(begun.rubric.counted)) {
    const auto sources = sources_to_run(assignment, begun.rubric_sha256, paths, options);
    if (!sources.empty()) cluster.run(sources);
  }
  auto merge = options;
  merge.runner = cluster.results();
  merge.jobs = merge.attempts = 1;
  auto grading = grade(assignment, paths, merge);
  if (grading.failed == 0 && grading.left == 0) cluster.remove();
  return grading;
}

}  // namespace spinlab::grading
