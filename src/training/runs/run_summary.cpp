#include "src/training/runs/run_summary.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <set>

#include "src/core/escape.h"
#include "src/training/config.h"
#include "src/training/former_names.h"
#include "src/training/runs/run_folder.h"

namespace fs = std::filesystem;

namespace spinlab::training {
namespace {

constexpr auto kConfig = "config.json";

void flatten(const Json& node, const std::string& prefix, std::map<std::string, Json>& into) {
  for (const auto& [key, value] : node.items()) {
    if (value.is_object()) {
      flatten(value, prefix + key + '.', into);
    } else {
      into[prefix + key] = value;
    }
  }
}

/// "epoch", "step" and "seconds" say where the run stands.
void take_metrics(RunSummary& run, const Json& from) {
  for (const auto& [name, value] : from.items()) {
    if (value.is_number() && name != "epoch" && name != "step" && name != "seconds")
      run.metrics[name] = value.get<double>();
  }
}

std::string state_of(const RunFolder& folder) {
  if (RunLock::is_held(folder.path())) return "running";
  if (folder.has_result()) return "finished";
  return folder.record().contains("failed") ? "failed" : "interrupted";
}

}  // namespace

std::map<std::string, Json> dotted_settings(const Json& config) {
  std::map<std::string, Json> settings;
  flatten(config, "", settings);
  return settings;
}

std::string differing_settings(const Json& present, const Json& other) {
  constexpr std::size_t kMost = 5;
  const auto ours = dotted_settings(lasting_settings(present)),
             theirs = dotted_settings(lasting_settings(other));
  std::set<std::string> keys;
  for (const auto* settings : {&ours, &theirs})
    for (const auto& [key, value] : *settings) keys.insert(key);
  const auto told = [](const auto& settings, const std::string& key) {
    const auto found = settings.find(key);
    return found == settings.end() ? "missing" : one_line(found->second.dump());
  };
  std::string text;
  std::size_t count = 0;
  for (const auto& key : keys) {
    if (told(ours, key) == told(theirs, key)) continue;
    if (++count <= kMost)
      text += (count == 1 ? "" : "; ") + key + " is " + told(ours, key) + ", not " + told(theirs, key);
  }
  return count > kMost ? text + "; and " + std::to_string(count - kMost) + " more" : text;
}

RunSummary summarise_run(const fs::path& path) {
  const RunFolder folder(path);
  TORCH_CHECK_VALUE(fs::exists(path / kConfig), path.string(), ": no run here (", kConfig, " is missing)");
  const auto config = with_present_names(read_json(path / kConfig));
  const auto record = folder.record();
  RunSummary run;
  run.folder = path;
  run.state = state_of(folder);
  run.recipe = config.value("recipe", "");
  run.seed = config.value("seed", std::uint64_t{0});
  run.epochs = config.value("epochs", int64_t{1});
  run.seconds = folder.seconds();
  if (record.contains("sittings")) run.started = record.at("sittings").front().value("started", "");
  run.settings = dotted_settings(config);
  if (const auto lines = folder.metrics_lines(); !lines.empty()) {
    run.epochs_done = lines.back().value("epoch", int64_t{0});
    take_metrics(run, lines.back());
  }
  if (folder.has_result()) {
    run.metrics.clear();
    take_metrics(run, folder.result().at("metrics"));
  }
  run.known = folder.metrics();
  const auto goal = config.value("goal", Json());
  run.headline = headline_of(run.metrics, run.known, goal.is_object() ? goal.value("metric", "") : "");
  const auto* metric = metric_of(run.headline, run.known);
  run.higher_is_better = metric != nullptr && metric->higher_is_better;
  return run;
}

std::vector<RunSummary> runs_below(const fs::path& folder) {
  std::vector<RunSummary> runs;
  if (!fs::is_directory(folder)) return runs;
  const auto options = fs::directory_options::skip_permission_denied;
  for (const auto& entry : fs::recursive_directory_iterator(folder, options)) {
    const auto run = entry.path().parent_path();
    if (entry.path().filename() != kConfig || RunFolder::is_export(run)) continue;
    try {
      runs.push_back(summarise_run(run));
    } catch (const std::exception&) {
      runs.push_back({.folder = run, .state = "unreadable"});
    }
  }
  std::sort(runs.begin(), runs.end(), [](const auto& a, const auto& b) { return a.folder < b.folder; });
  return runs;
}

}  // namespace spinlab::training
