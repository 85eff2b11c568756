#include "src/training/runs/prepared_run.h"

#include <ATen/Parallel.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <thread>

#include "datasets/split.h"
#include "datasets/validation.h"
#include "src/training/device.h"
#include "src/training/objectives/objective.h"
#include "src/training/runs/shared_set.h"

namespace spinlab::training {
namespace {

constexpr auto kValidation = "validation";

std::string definite_device(const std::string& name, const Ranks& ranks) {
  const auto device = choose_device(name == "auto" && !ranks.is_alone() ? "cpu" : name);
  TORCH_CHECK_VALUE(ranks.is_alone() || device.is_cpu(), "device ", name,
                    ": several ranks train on CPUs alone; give --device cpu, or train without mpirun");
  return device.str();
}

/// Ranks that mpirun does not bind to cores share those of their machine.
int usual_threads(const Ranks& ranks) {
  if (ranks.is_alone()) return at::get_num_threads();
  const auto cores = static_cast<int>(std::thread::hardware_concurrency());
  return std::clamp(cores / ranks.on_this_machine(), 1, at::get_num_threads());
}

Json with_device(Json config, const Ranks& ranks) {
  config["device"] = definite_device(config.at("device"), ranks);
  if (config.at("threads") == 0) config["threads"] = usual_threads(ranks);
  // Measuring would be each rank's own, and its cores are its threads.
  if (!ranks.is_alone() && config.contains("step_threads") && config.at("step_threads") == 0)
    config["step_threads"] = config.at("threads");
  return config;
}

void set_up_process(int threads) {
  keep_freed_memory();
  if (threads > 0) at::set_num_threads(threads);
}

datasets::Dataset load_set(const TrainingConfig& config, const datasets::DataFolders& data) {
  set_up_process(config.threads);
  auto set = loaded_set(config, data);
  if (config.validation.fraction > 0) datasets::cut_validation(set, config.validation.fraction, config.seed);
  TORCH_CHECK_VALUE(config.validation.patience == 0 || set.parts.contains(kValidation),
                    "validation.patience needs a validation part; ", set.name,
                    " has none: give validation.fraction, 0.1 say");
  return set;
}

std::vector<std::string> metric_names(const PreparedRun& run) {
  std::vector<std::string> parts{"train", "test"}, names;
  for (const auto& [name, part] : run.set.parts) parts.push_back(name);
  for (const auto& part : parts) {
    for (const auto& metric : run.learner->metrics()) names.push_back(part + "_" + metric.name);
  }
  return names;
}

void require_goal(const PreparedRun& run) {
  if (!run.config.goal) return;
  const auto names = metric_names(run);
  const auto& metric = run.config.goal->metric;
  TORCH_CHECK_VALUE(std::find(names.begin(), names.end(), metric) != names.end(), "goal: ", run.set.name,
                    " gives no metric \"", metric, "\"", did_you_mean(metric, names));
}

}  // namespace

PreparedRun::PreparedRun(const Json& complete, const datasets::DataFolders& data, Ranks& ranks)
    : json(with_device(complete, ranks)), config(parse_config(json, "config")), set(load_set(config, data)) {
  if (json.contains("objective")) {
    json["objective"] = settled_objective(json.at("objective"), set, "objective");
    config.objective = json.at("objective");
  }
  learner = make_learner(config, set, ranks);
  if (json.contains("step_threads") && config.step_threads == 0) {
    config.step_threads = learner->measured_step_threads();
    learner->set_step_threads(config.step_threads);
    json["step_threads"] = config.step_threads;
  }
  if (config.epochs > 0 && set.parts.contains(kValidation))
    selection.emplace(config.validation, learner->metrics());
  require_goal(*this);
}

void PreparedRun::load(NamedTensors state) {
  if (selection) selection->take_state(state);
  learner->load_state(state);
}

void PreparedRun::use_best() {
  if (selection) selection->restore(*learner);
}

Json PreparedRun::all_metrics() {
  Json all;
  const auto add = [&](const std::string& name, const datasets::Split& part) {
    for (const auto& [metric, value] : prefixed(name + "_", learner->evaluate(datasets::judged_once(part)))) all[metric] = value;
  };
  add("train", set.train);
  add("test", set.test);
  for (const auto& [name, part] : set.parts) add(name, part);
  return all;
}

}  // namespace spinlab::training
