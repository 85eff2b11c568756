#include "src/training/sweeps/sweep.h"

#include <ATen/Parallel.h>
#include <c10/util/Exception.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "src/core/errors.h"
#include "src/core/files.h"
#include "src/core/interrupt.h"
#include "src/core/progress.h"
#include "src/training/runs/run.h"
#include "src/training/runs/shared_set.h"
#include "src/training/sweeps/fork_pool.h"

namespace fs = std::filesystem;

namespace spinlab::training {
namespace {

constexpr auto kPlan = "sweep.json";
constexpr std::uintmax_t kMaxLogBytes = 64 << 20;

Json as_json(const std::vector<PlannedRun>& runs) {
  auto all = Json::array();
  for (const auto& run : runs) all.push_back({{"name", run.name}, {"config", run.config}});
  return {{"runs", all}};
}

/// Standard output and error of this process from now on.
void write_to(const fs::path& log) {
  fs::create_directories(log.parent_path());
  const int descriptor = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  TORCH_CHECK(descriptor >= 0, log.string(), ": cannot be written");
  ::dup2(descriptor, STDOUT_FILENO);
  ::dup2(descriptor, STDERR_FILENO);
  ::close(descriptor);
}

std::vector<Json> configs_of(const std::vector<PlannedRun>& runs) {
  std::vector<Json> all;
  for (const auto& run : runs) all.push_back(run.config);
  return all;
}

Json with_threads(Json config, int threads) {
  if (config.at("threads") == 0) config["threads"] = threads;
  return config;
}

}  // namespace

void SweepFolder::start(const std::vector<PlannedRun>& runs, bool resume) {
  TORCH_CHECK_VALUE(!fs::exists(folder_ / "config.json"), folder_.string(),
                    ": holds a run; choose another --out for the sweep");
  lock_ = std::make_shared<RunLock>(folder_);
  const auto plan = as_json(runs);
  const auto file = folder_ / kPlan;
  if (!fs::exists(file)) return write_file(file, plan.dump(1) + '\n');
  const bool same = read_json(file) == plan;
  // A job array may be about to begin with the other one.
  if (!has_begun() && (same || !fs::exists(folder_ / "slurm"))) return write_file(file, plan.dump(1) + '\n');
  TORCH_CHECK_VALUE(
      same, folder_.string(),
      ": holds another sweep; choose another --out, or go on with that one by its own settings");
  TORCH_CHECK_VALUE(resume, folder_.string(),
                    ": holds this sweep already; go on with it by --resume, or choose another --out");
}

bool SweepFolder::has_begun() const {
  const auto planned = runs();
  return std::ranges::any_of(planned, [this](const auto& each) { return fs::exists(run(each)); });
}

std::vector<PlannedRun> SweepFolder::runs() const {
  TORCH_CHECK_VALUE(fs::exists(folder_ / kPlan), folder_.string(), ": no sweep here (", kPlan,
                    " is missing)");
  std::vector<PlannedRun> runs;
  const auto plan = read_json(folder_ / kPlan);
  for (const auto& run : plan.at("runs"))
    runs.push_back({run.at("name").get<std::string>(), run.at("config")});
  return runs;
}

int run_one(const SweepFolder& folder, const PlannedRun& planned, const datasets::DataFolders& data,
            int threads, const std::string& command) {
  write_to(folder.log(planned));
  return static_cast<int>(report_errors(
      [&] {
        const RunFolder run(folder.run(planned));
        const bool begun = fs::exists(run.path() / "config.json");
        const auto result =
            begun ? resume_run(run, run.config(), data, command)
                  : start_run(with_threads(planned.config, threads), run, data, command, /*overwrite=*/false);
        if (!result) end_interrupted();
        return ExitCode::kDone;
      },
      std::cerr));
}

std::string SweepFolder::last_words(const PlannedRun& run) const {
  std::error_code none;
  if (!fs::exists(log(run), none)) return "";
  const auto text = read_file(log(run), kMaxLogBytes);
  const auto end = text.find_last_not_of('\n'), begin = text.rfind('\n', end);
  return end == std::string::npos ? "" : text.substr(begin + 1, end - begin);
}

SweepEnd run_sweep(const SweepFolder& folder, const datasets::DataFolders& data, int jobs, int threads,
                   const std::string& command) {
  at::set_num_threads(1);  // see fork_each
  const auto all = folder.runs();
  std::vector<PlannedRun> left;
  for (const auto& run : all) {
    if (!RunFolder(folder.run(run)).has_result()) left.push_back(run);
  }
  share_set(configs_of(left), data);
  SweepEnd end{.finished = static_cast<int>(all.size() - left.size())};
  const auto total = static_cast<int64_t>(all.size());
  Progress bar(folder.path().filename().string(), total, end.finished);
  int64_t done = end.finished;
  fork_each(
      left.size(), jobs, [&](std::size_t i) { return run_one(folder, left[i], data, threads, command); },
      [&](std::size_t i, int code) {
        if (Interrupt::requested()) return;
        ++(code == 0 ? end.finished : end.failed);
        if (code != 0 && end.first_failure.empty()) end.first_failure = folder.last_words(left[i]);
        bar.update(++done, left[i].name + (code == 0 ? "" : " FAILED, see its log"));
      });
  end.interrupted = Interrupt::requested();
  return end;
}

}  // namespace spinlab::training
