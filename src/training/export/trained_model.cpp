#include "src/training/export/trained_model.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include "src/core/numbers_of.h"
#include "src/training/runs/restored_run.h"
#include "src/training/trainer.h"

namespace spinlab::training {
namespace {

constexpr std::string_view kModule = "model.";

/// A network's as its module has them, an estimator's as they are.
NamedTensors weights(Learner& learner) {
  NamedTensors all;
  for (const auto& [name, tensor] : learner.weights())
    all[name.starts_with(kModule) ? name.substr(kModule.size()) : name] = tensor;
  return all;
}

std::string which_weights(const PreparedRun& run) {
  std::string text = "after " + std::to_string(run.learner->epoch()) + " of " +
                     std::to_string(run.learner->epochs()) + " epochs";
  const auto chosen = run.selection ? run.selection->describe() : Json::object();
  if (chosen.contains("epoch") && chosen.at("epoch").is_number() && chosen.at("epoch") > 0)
    text =
        "of epoch " + chosen.at("epoch").dump() + ", the best by " + chosen.at("metric").get<std::string>();
  if (run.config.ema_decay > 0) text += ", averaged with decay " + Json(run.config.ema_decay).dump();
  return text;
}

Json problem(const PreparedRun& run) {
  const auto& train = run.set.train;
  Json told = {{"input", train.inputs.sizes().slice(1).vec()}, {"intercept", run.set.intercept}};
  if (const auto* trainer = dynamic_cast<const Trainer*>(run.learner.get())) {
    const auto& asked = trainer->objective().problem();
    told["input"] = asked.input;
    told["outputs"] = asked.outputs;
    told["mirrored"] = asked.mirrored;
  } else if (run.set.motion) {
    told["input"] = {run.set.motion->heard, train.inputs.size(2)};
    told["outputs"] = train.inputs.size(2);
  } else {  // an estimator: classes, or the columns of the targets
    told["outputs"] =
        train.classified() ? static_cast<int64_t>(run.set.classes.size()) : train.targets[0].numel();
  }
  return told;
}

/// All digits, so that no rounding separates what is computed from it.
void add_statistics(std::map<std::string, std::string>& metadata, const char* as, const NamedTensors& state,
                    const std::string& mean, const std::string& deviation) {
  if (!state.contains(mean) || !state.contains(deviation)) return;
  const Json told = {{"shape", state.at(mean).sizes().vec()},
                     {"mean", numbers_of(state.at(mean))},
                     {"deviation", numbers_of(state.at(deviation))}};
  metadata[as] = told.dump();
}

Json metrics(const RunFolder& folder) {
  return folder.has_result() ? folder.result().value("metrics", Json::object()) : Json::object();
}

std::map<std::string, std::string> metadata(const PreparedRun& run, const RunFolder& folder) {
  std::map<std::string, std::string> all = {{"format", "pt"},
                                            {"spinlab", SPINLAB_VERSION},
                                            {"recipe", run.config.recipe},
                                            {"seed", std::to_string(run.config.seed)},
                                            {"epochs", std::to_string(run.learner->epoch())},
                                            {"weights", which_weights(run)},
                                            {"model", run.json.at("model").dump()},
                                            {"problem", problem(run).dump()},
                                            {"metrics", metrics(folder).dump()},
                                            {"classes", Json(run.set.classes).dump()}};
  const auto state = run.learner->state();
  add_statistics(all, "normalization", state, "normalization.mean", "normalization.deviation");
  add_statistics(all, "target", state, "target_mean", "target_deviation");
  if (run.set.motion)  // what is forecast is what is heard
    add_statistics(all, "target", state, "normalization.mean", "normalization.deviation");
  return all;
}

std::vector<std::string> remarks(const PreparedRun& run, const RunFolder& folder) {
  std::vector<std::string> all;
  if (!folder.has_result())
    all.push_back("the run has not ended: these are its weights " + which_weights(run));
  if (run.config.precision == "bfloat16" || run.config.precision == "float16")
    all.push_back("the run computed in " + run.config.precision +
                  "; the weights are float32, and predict with more digits");
  for (const auto* views : {"flip_tta", "shift_tta"}) {
    const auto& objective = run.config.objective;
    if (objective.is_object() && objective.value(views, false))
      all.push_back(c10::str("evaluate averages an image and others made of it (", views,
                             "), a prediction from these weights does not"));
  }
  return all;
}

}  // namespace

TrainedModel trained_model(const RunFolder& folder, const datasets::DataFolders& data) {
  const auto run = restored_run(folder, data, "cpu");
  return {run.config.model.at("name").get<std::string>(),
          {weights(*run.learner), metadata(run, folder)},
          remarks(run, folder)};
}

}  // namespace spinlab::training
