#include "src/grading/slurm/array_job.h"

#include <c10/util/Exception.h>

#include <sstream>

#include "src/core/escape.h"
#include "src/core/find_program.h"
#include "src/judging/sandbox/captured_run.h"
#include "src/judging/sandbox/process.h"

namespace fs = std::filesystem;

namespace spinlab::grading {
namespace {

constexpr std::size_t kMaxBytes = 4 << 20;

sandbox::CapturedRun run(const std::string& program, std::vector<std::string> arguments) {
  const auto found = find_program(program);
  TORCH_CHECK_VALUE(!found.empty(), "--slurm needs ", program,
                    ", which is not on this machine: start it where your cluster's jobs are submitted");
  arguments.insert(arguments.begin(), found);
  return sandbox::run_captured(arguments, std::chrono::steady_clock::now() + std::chrono::minutes(2),
                               kMaxBytes,
                               /*keep_environment=*/true);
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

}  // namespace

std::string submit(const ArrayJob& job) {
  std::vector<std::string> arguments{"--parsable",
                                     "--job-name=" + job.name,
                                     "--array=0-" + std::to_string(job.tasks - 1),
                                     "--ntasks=1",
                                     "--cpus-per-task=1",
                                     "--mem=" + std::to_string(job.memory_mib) + "M",
                                     "--output=" + without_patterns(job.logs / "task-") + "%a.log"};
  arguments.insert(arguments.end(), job.options.begin(), job.options.end());
  arguments.push_back(job.script);
  const auto printed = run("sbatch", arguments);
  const auto id = job_id(printed.text);
  TORCH_CHECK_VALUE(printed.status == 0 && !id.empty(),
                    "sbatch refuses the array: ", one_line(printed.text, 300), "; mend --slurm-options");
  return id;
}

QueueState queue_state(const std::string& id) {
  const auto printed = run("squeue", {"--noheader", "--array", "--jobs=" + id, "--format=%T"});
  if (printed.status != 0) {
    QueueState state;
    state.known =
        printed.text.find("Invalid job id") != std::string::npos;  // it has ended, and was forgotten
    return state;
  }
  QueueState state;
  std::istringstream lines(printed.text);
  for (std::string line; std::getline(lines, line);) ++(line == "PENDING" ? state.waiting : state.running);
  return state;
}

void cancel(const std::string& id) { run("scancel", {id}); }

}  // namespace spinlab::grading
