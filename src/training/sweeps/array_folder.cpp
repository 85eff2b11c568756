#include "src/training/sweeps/array_folder.h"

#include "src/core/config.h"
#include "src/core/files.h"
#include "src/training/model_file_of.h"

namespace fs = std::filesystem;

namespace spinlab::training {
namespace {

constexpr auto kWork = "work.json", kModel = "model.cpp", kFailed = "failed";
constexpr std::uintmax_t kMaxModelBytes = 4 << 20;
constexpr int64_t kMostTasks = 1'000'000;

std::string model_file(const PlannedRun& run) { return run.config.value("model_file", ""); }

}  // namespace

void ArrayFolder::put(const ArrayWork& work, const std::vector<PlannedRun>& runs) const {
  const Json json{{"tasks", work.tasks}, {"runs", work.runs}, {"data", work.data}, {"command", work.command}};
  write_file(folder_ / kWork, json.dump(1) + '\n');
  // The tasks begin at different times: the model must not change in between.
  if (!runs.empty() && !model_file(runs.front()).empty())
    write_file(folder_ / kModel, read_file(model_file(runs.front()), kMaxModelBytes));
  fs::create_directories(logs());
}

ArrayWork ArrayFolder::work() const {
  const auto file = folder_ / kWork;
  const Config config(read_json(file), file);
  ArrayWork work;
  work.tasks = static_cast<int>(config.integer("tasks", 1, kMostTasks));
  work.runs = config.get<std::vector<std::string>>("runs");
  work.data = config.get<std::string>("data");
  work.command = config.get<std::string>("command");
  config.expect_no_other_keys();
  return work;
}

PlannedRun ArrayFolder::with_model(PlannedRun run) const {
  if (model_file(run).empty()) return run;
  run.config["model_file"] = kModel;
  load_model_file_of(run.config, folder_);
  return run;
}

void ArrayFolder::put_failure(const PlannedRun& run) const { write_file(folder_ / kFailed / run.name, ""); }

bool ArrayFolder::has_failed(const PlannedRun& run) const { return fs::exists(folder_ / kFailed / run.name); }

void ArrayFolder::forget_failures() const { fs::remove_all(folder_ / kFailed); }

void ArrayFolder::remove() const {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

}  // namespace spinlab::training
