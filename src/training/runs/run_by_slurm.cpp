#include "src/training/runs/run_by_slurm.h"

#include <c10/util/Exception.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <utility>

#include "src/core/escape.h"
#include "src/core/files.h"
#include "src/core/interrupt.h"
#include "src/core/slurm/waiting.h"

namespace fs = std::filesystem;

namespace spinlab::training {
namespace {

constexpr std::uintmax_t kMaxScript = 1 << 20, kMaxCode = 100;
constexpr int kSignalled = 128;
constexpr std::chrono::seconds kLate(5);

/// RUN/slurm: job.sh, log, the job's id, and at the end code.
struct JobFiles {
  explicit JobFiles(const fs::path& run) : run(fs::absolute(run)), folder(this->run / "slurm") {}

  fs::path script() const { return folder / "job.sh"; }
  fs::path log() const { return folder / "log"; }
  fs::path code() const { return folder / "code"; }

  fs::path run, folder;
};

std::string command_line(const std::vector<std::string>& words) {
  std::string line;
  for (const auto& word : words) line += ' ' + shell_quoted(word);
  return line;
}

std::string assigned(const std::string& name, const fs::path& path) {
  return name + '=' + shell_quoted(path.string()) + '\n';
}

/// mpirun kills its ranks on SIGTERM and passes SIGUSR1 on. It is not told where the ranks are to be: it
/// knows the allocation. Ranks of several processors are not bound to one of them.
constexpr auto kBody = R"sh(
child= cancelled=
say_code() { echo "$1" > "$folder/code.new"; mv "$folder/code.new" "$folder/code"; exit "$1"; }
trap 'kill -USR1 "$child" || say_code 138' USR1
trap 'cancelled=yes' TERM
if [ "${SLURM_NTASKS:-1}" -gt 1 ]; then
  if ! command -v mpirun > /dev/null; then
    echo "spinlab: mpirun is not on $(uname -n): have it installed (openmpi-bin), or load your cluster's MPI before you submit" >&2
    say_code 3
  fi
  set -- mpirun -n "$SLURM_NTASKS" ${SLURM_CPUS_PER_TASK:+--bind-to none} "$program" "$@"
else
  set -- "$program" "$@"
fi
"$@" > /dev/null &
child=$!
wait "$child"
code=$?
while kill -0 "$child" 2> /dev/null; do  # a signal ended the waiting, not the program
  wait "$child"
  code=$?
done
[ -z "$cancelled" ] || [ "$code" = 0 ] || exit "$code"  # Slurm may start the job once more
say_code "$code"
)sh";

std::string script(const JobFiles& files, const SlurmRun& run) {
  return "#!/bin/sh\n" + assigned("folder", files.folder) + assigned("run", files.run) +
         assigned("program", program_folder() / "spinlab-zoo") +
         "if [ \"${SLURM_RESTART_COUNT:-0}\" -gt 0 ] && [ \"$run/config.json\" -nt \"$folder/job.sh\" ]; "
         "then\n" +
         "  set --" + command_line(run.resumed) + "\nelse\n  set --" + command_line(run.words) + "\nfi" +
         kBody;
}

/// Half a minute before the job's time is over the run saves its checkpoint.
std::vector<std::string> needs(const SlurmRun& run) {
  std::vector<std::string> words{"--ntasks=" + std::to_string(run.ranks), "--signal=B:USR1@30",
                                 "--open-mode=append"};
  if (run.nodes > 0) words.push_back("--nodes=" + std::to_string(run.nodes));
  return words;
}

/// Passes on what has been written to a file since the last time.
class Follower {
 public:
  explicit Follower(fs::path file) : file_(std::move(file)) {}

  void look() {
    std::ifstream in(file_, std::ios::binary);
    in.seekg(place_);
    char buffer[4096];
    while (in.read(buffer, sizeof buffer), in.gcount() > 0) {
      std::cerr.write(buffer, in.gcount());
      place_ += in.gcount();
    }
    std::cerr.flush();
  }

 private:
  fs::path file_;
  std::streamoff place_ = 0;
};

std::optional<int> follow(const JobFiles& files, const std::string& job) {
  slurm::Watch watch(job);
  Follower log(files.log());
  bool asked = false, said = false;
  const auto begun = std::chrono::steady_clock::now();
  const auto is_late = [&] { return std::chrono::steady_clock::now() - begun > kLate; };
  while (!fs::exists(files.code()) && !watch.is_over() && !(asked && watch.has_ended())) {
    if (Interrupt::requested() && !std::exchange(asked, true)) slurm::ask_to_end(job);
    if (watch.waits() && is_late() && !std::exchange(said, true))
      std::cerr << "job " << job << " waits in the queue; squeue --jobs=" << job << " says why\n";
    log.look();
    slurm::pause_between_looks();
  }
  log.look();
  if (!fs::exists(files.code())) return std::nullopt;
  const int code = std::atoi(read_file(files.code(), kMaxCode).c_str());
  return code < kSignalled ? std::optional(code) : std::nullopt;
}

std::string submit(const JobFiles& files, const std::string& text, const SlurmRun& run) {
  std::error_code none;
  for (const auto& file : {files.log(), files.code()}) fs::remove(file, none);
  write_file(files.script(), text);
  const auto job = slurm::submit(slurm::Job{.name = "train-" + files.run.filename().string(),
                                            .script = files.script(),
                                            .log = files.log(),
                                            .needs = needs(run),
                                            .options = run.options});
  slurm::remember_job(files.folder, job);
  std::cerr << "job " << job << ": " << run.ranks << (run.ranks == 1 ? " task" : " ranks") << "; its log is "
            << files.log().string() << '\n';
  return job;
}

}  // namespace

std::optional<int> run_by_slurm(const fs::path& folder, const SlurmRun& run) {
  const JobFiles files(folder);
  const auto text = script(files, run);
  const auto job = slurm_job_of(folder);
  if (job.empty()) return follow(files, submit(files, text, run));
  TORCH_CHECK_VALUE(read_file(files.script(), kMaxScript) == text, folder.string(), ": job ", job,
                    ", of another command line, is to train here; follow it by --resume, end it by scancel ",
                    job, ", or choose another --out");
  return follow_slurm_job(folder, job);
}

std::string slurm_job_of(const fs::path& folder) { return slurm::job_under_way(JobFiles(folder).folder); }

std::optional<int> follow_slurm_job(const fs::path& folder, const std::string& job) {
  std::cerr << "job " << job << " of an earlier start is still in the queue; following it\n";
  return follow(JobFiles(folder), job);
}

}  // namespace spinlab::training
