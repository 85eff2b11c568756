#include "src/core/slurm/job.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <cctype>
#include <sstream>

#include "src/core/escape.h"
#include "src/core/files.h"
#include "src/core/find_program.h"
#include "src/core/run_program.h"

namespace fs = std::filesystem;

namespace spinlab::slurm {
namespace {

using Words = std::vector<std::string>;

constexpr std::size_t kMostTasks = 100;
constexpr auto kJobFile = "job";
constexpr std::uintmax_t kMaxId = 100;

fs::path required(const std::string& program) {
  auto found = find_program(program);
  TORCH_CHECK_VALUE(!found.empty(), "--slurm needs ", program,
                    ", which is not on this machine: start it where your cluster's jobs are submitted");
  return found;
}

ProgramEnd run(const std::string& program, Words words) {
  words.insert(words.begin(), required(program));
  return output_of(std::move(words), std::chrono::minutes(2));
}

/// sbatch puts numbers for %a and the like.
std::string without_patterns(const std::string& path) {
  std::string text;
  for (const char c : path) text += c == '%' ? "%%" : std::string(1, c);
  return text;
}

/// "1234" or, in a federation, "1234;cluster".
std::string job_id(const std::string& printed) {
  std::istringstream lines(printed);
  std::string id;
  for (std::string line; std::getline(lines, line);)
    if (!line.empty() && std::isdigit(static_cast<unsigned char>(line[0])) != 0)
      id = line.substr(0, line.find(';'));
  return id;
}

std::string submit(Words words, const Words& options, const fs::path& script, const char* what) {
  words.insert(words.begin(), "--parsable");
  words.insert(words.end(), options.begin(), options.end());
  words.push_back(script);
  const auto printed = run("sbatch", words);
  const auto id = job_id(printed.said);
  TORCH_CHECK_VALUE(printed.code == 0 && !id.empty(), "sbatch refuses the ", what, ": ",
                    one_line(printed.said, 300), "; mend --slurm-options");
  return id;
}

}  // namespace

void require_slurm() {
  for (const auto* program : {"sbatch", "squeue", "scancel"}) required(program);
}

std::string submit(const Job& job) {
  Words words{"--job-name=" + job.name, "--output=" + without_patterns(job.log)};
  words.insert(words.end(), job.needs.begin(), job.needs.end());
  return submit(std::move(words), job.options, job.script, "job");
}

std::string submit(const ArrayJob& job) {
  Words words{"--job-name=" + job.name, "--array=0-" + std::to_string(job.tasks - 1), "--ntasks=1",
              "--cpus-per-task=1", "--output=" + without_patterns(job.logs / "task-") + "%a.log"};
  if (job.memory_mib > 0) words.push_back("--mem=" + std::to_string(job.memory_mib) + "M");
  return submit(std::move(words), job.options, job.script, "array");
}

int tasks_for(std::size_t count, const ArrayOptions& options, int share) {
  const auto each = static_cast<std::size_t>(share);
  const auto tasks = options.tasks > 0 ? static_cast<std::size_t>(options.tasks)
                                       : std::min(kMostTasks, (count + each - 1) / each);
  return static_cast<int>(std::min(tasks, count));
}

QueueState queue_state(const std::string& id) {
  const auto printed = run("squeue", {"--noheader", "--array", "--jobs=" + id, "--format=%T"});
  QueueState state;
  if (printed.code != 0) {
    state.known =
        printed.said.find("Invalid job id") != std::string::npos;  // it has ended, and was forgotten
    return state;
  }
  std::istringstream lines(printed.said);
  for (std::string line; std::getline(lines, line);) ++(line == "PENDING" ? state.waiting : state.running);
  return state;
}

void cancel(const std::string& id) { run("scancel", {id}); }

void ask_to_end(const std::string& id) {
  run("scancel", {"--state=PENDING", id});
  run("scancel", {"--batch", "--signal=USR1", id});
}

void remember_job(const fs::path& folder, const std::string& id) { write_file(folder / kJobFile, id); }

std::string remembered_job(const fs::path& folder) {
  return fs::exists(folder / kJobFile) ? read_file(folder / kJobFile, kMaxId) : "";
}

std::string job_under_way(const fs::path& folder) {
  const auto id = remembered_job(folder);
  return id.empty() || queue_state(id).ended() ? "" : id;
}

}  // namespace spinlab::slurm
