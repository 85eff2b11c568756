#include "src/training/run.h"

#include <ATen/Parallel.h>
#include <c10/util/Exception.h>
#include <torch/version.h>

#include <algorithm>
#include <chrono>

#include "models/registry.h"
#include "src/core/files.h"
#include "src/core/python.h"
#include "src/training/device.h"
#include "src/training/estimator_fit.h"
#include "src/training/problem.h"
#include "src/training/session.h"

namespace spinlab::training {
namespace {

using datasets::Dataset;
using datasets::Split;

/// device "auto" and threads 0 made definite, so that a resumed run takes the same.
Json settled(Json config) {
  config["device"] = choose_device(config.at("device").get<std::string>()).str();
  if (config.at("threads") == 0) config["threads"] = at::get_num_threads();
  return config;
}

std::vector<std::string> metric_names(const Dataset& set) {
  std::vector<std::string> names;
  auto parts = set.parts;
  parts.insert({{"train", set.train}, {"test", set.test}});
  for (const auto& [part, split] : parts) {
    for (const auto& metric : split.classified() ? kClassificationMetrics : kRegressionMetrics) {
      names.push_back(part + "_" + metric);
    }
  }
  return names;
}

void require_goal(const TrainingConfig& config, const Dataset& set) {
  if (!config.goal) return;
  const auto names = metric_names(set);
  TORCH_CHECK_VALUE(std::find(names.begin(), names.end(), config.goal->metric) != names.end(),
                    "goal: ", config.data.at("name").get<std::string>(), " gives no metric \"",
                    config.goal->metric, "\"", did_you_mean(config.goal->metric, names));
}

template <typename Model>
Json all_metrics(Model& model, const Dataset& set) {
  Json all;
  const auto add = [&](const std::string& part, const Split& split) {
    for (const auto& [name, value] : prefixed(part + "_", model.evaluate(split))) all[name] = value;
  };
  add("train", set.train);
  add("test", set.test);
  for (const auto& [part, split] : set.parts) add(part, split);
  return all;
}

Json result_of(const TrainingConfig& config, const Json& metrics, double seconds) {
  Json result = {{"recipe", config.recipe}, {"metrics", metrics}};
  if (const auto& goal = config.goal) {
    result["goal"] = {{"metric", goal->metric},
                      {"at_least", goal->at_least},
                      {"reached", metrics.at(goal->metric) >= goal->at_least},
                      {"source", goal->source}};
  }
  result.update({{"seconds", seconds},
                 {"seed", config.seed},
                 {"device", config.device},
                 {"threads", config.threads},
                 {"versions", {{"spinlab", SPINLAB_VERSION}, {"libtorch", TORCH_VERSION}}}});
  return result;
}

Json finish(const TrainingConfig& config, const RunFolder& folder, const Json& metrics, double seconds) {
  const auto result = result_of(config, metrics, seconds);
  folder.write_result(result);
  return result;
}

std::optional<Json> train(Trainer& trainer, const RunFolder& folder, const Dataset& set) {
  Session session(trainer, folder, set);
  if (!session.run()) return std::nullopt;
  const auto seconds = session.seconds();
  return finish(trainer.config(), folder, all_metrics(trainer, set), seconds);
}

std::optional<Json> fit(const TrainingConfig& config, EstimatorFit& model, const RunFolder& folder,
                        const Dataset& set) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  model.fit(set.train);
  const std::chrono::duration<double> seconds = Clock::now() - start;
  folder.save(model.state());
  return finish(config, folder, all_metrics(model, set), seconds.count());
}

void set_up_process(int threads) {
  keep_freed_memory();
  if (threads > 0) at::set_num_threads(threads);
}

/// A configuration with all that it needs to go.
struct Prepared {
  TrainingConfig config;
  Dataset set;
  bool by_gradients;

  Prepared(const Json& json, const datasets::DataFolders& data)
      : config(parse_config(json, "config")),
        set((set_up_process(config.threads), datasets::load_dataset(config.data, data, config.seed))),
        by_gradients(models::find_model(config.model.at("name")).network != nullptr) {
    require_goal(config, set);
  }
  Trainer trainer() const { return Trainer(config, set, choose_device(config.device)); }
};

}  // namespace

std::optional<Json> start_run(Json config, RunFolder folder, const datasets::DataFolders& data,
                              bool overwrite) {
  folder.require_free(overwrite);
  config = settled(std::move(config));
  const Prepared run(config, data);
  if (!run.by_gradients) {
    EstimatorFit model(run.config, run.set);
    folder.start(config);
    return fit(run.config, model, folder, run.set);
  }
  auto trainer = run.trainer();
  folder.start(config);
  return train(trainer, folder, run.set);
}

std::optional<Json> resume_run(const RunFolder& folder, const datasets::DataFolders& data) {
  const auto config = folder.config();
  if (folder.has_result()) return folder.result();
  const Prepared run(config, data);
  if (!run.by_gradients) {
    EstimatorFit model(run.config, run.set);
    return fit(run.config, model, folder, run.set);
  }
  auto trainer = run.trainer();
  if (folder.has_checkpoint()) trainer.load_state(folder.checkpoint());
  folder.keep_metrics(trainer.epoch());
  return train(trainer, folder, run.set);
}

Json evaluate_run(const RunFolder& folder, const datasets::DataFolders& data) {
  const Prepared run(folder.config(), data);
  if (run.by_gradients) {
    auto trainer = run.trainer();
    trainer.load_state(folder.checkpoint());
    return all_metrics(trainer, run.set);
  }
  EstimatorFit model(run.config, run.set);
  model.load_state(folder.checkpoint());
  return all_metrics(model, run.set);
}

void plot_run(const RunFolder& folder) {
  run_python(root() / "src" / "training" / "plot_run.py", {folder.path().string()});
}

}  // namespace spinlab::training
