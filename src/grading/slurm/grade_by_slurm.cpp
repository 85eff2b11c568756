#include "src/grading/slurm/grade_by_slurm.h"

#include <iostream>
#include <map>

#include "src/core/escape.h"
#include "src/core/files.h"
#include "src/core/interrupt.h"
#include "src/core/sha256.h"
#include "src/core/slurm/waiting.h"
#include "src/grading/gradebook/grading_seed.h"
#include "src/grading/slurm/work_folder.h"
#include "src/grading/submissions/submissions.h"

namespace fs = std::filesystem;

namespace spinlab::grading {
namespace {

using Sources = std::map<std::string, std::string>;  // by their SHA-256

constexpr int kShare = 4;
constexpr std::int64_t kOverheadMib = 3072;  // LibTorch in checker and worker, the compiler

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

class Cluster {
 public:
  Cluster(const judging::Assignment& assignment, const std::string& rubric_sha256,
          const GradeOptions& options, const slurm::ArrayOptions& slurm)
      : assignment_(assignment),
        rubric_sha256_(rubric_sha256),
        options_(options),
        slurm_(slurm),
        folder_(fs::absolute(options.out) / "slurm" /
                (rubric_sha256.substr(0, 16) + "-" + std::to_string(options.run.seed))) {}

  void run(const Sources& sources) {
    if (const auto job = slurm::job_under_way(folder_.path()); !job.empty()) {
      std::cerr << "job " << job << " of an earlier start still runs; waiting for it\n";
      wait(job, folder_.work().sources);
    }
    const auto missing = without_result(sources);
    if (missing.empty() || Interrupt::requested()) return;
    for (const auto& sha256 : missing) folder_.put_source(sha256, sources.at(sha256));
    wait(start(missing), missing);
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

  /// Returns the job's id.
  std::string start(const std::vector<std::string>& missing) {
    const int tasks = slurm::tasks_for(missing.size(), slurm_, kShare);
    folder_.put({fs::absolute(assignment_.folder), rubric_sha256_, options_.run.filter, options_.run.seed,
                 options_.allow_missing_data, options_.run.allow_weak_sandbox, tasks, missing});
    write_file(folder_.script(), "#!/bin/sh\nexec " + shell_quoted((program_folder() / "spinlab").string()) +
                                     " grade-task " + shell_quoted(folder_.path().string()) +
                                     " \"$SLURM_ARRAY_TASK_ID\"\n");
    const auto memory = (assignment_.limits.memory_bytes >> 20) + kOverheadMib;
    const slurm::ArrayJob array{.name = "grade-" + assignment_.name,
                                .script = folder_.script(),
                                .logs = folder_.logs(),
                                .tasks = tasks,
                                .memory_mib = memory,
                                .options = slurm_.options};
    const auto job = slurm::submit(array);
    slurm::remember_job(folder_.path(), job);
    std::cerr << "job " << job << ": " << missing.size() << " submissions in " << tasks
              << " tasks, by way of " << folder_.path().string() << '\n';
    return job;
  }

  void wait(const std::string& job, std::vector<std::string> missing) const {
    const auto total = static_cast<int64_t>(missing.size());
    slurm::wait_for_results(job, "grading " + assignment_.name + " by Slurm", total, [&] {
      std::erase_if(missing, [this](const std::string& sha256) { return folder_.has_result(sha256); });
      return total - static_cast<int64_t>(missing.size());
    });
  }

  const judging::Assignment& assignment_;
  const std::string& rubric_sha256_;
  const GradeOptions& options_;
  const slurm::ArrayOptions& slurm_;
  WorkFolder folder_;
};

}  // namespace

Grading grade_by_slurm(const judging::Assignment& assignment, const std::vector<fs::path>& paths,
                       GradeOptions options, const slurm::ArrayOptions& slurm) {
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
