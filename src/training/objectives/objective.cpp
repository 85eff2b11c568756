#include "src/training/objectives/objective.h"

#include <c10/util/Exception.h>

#include "src/core/registry.h"

namespace spinlab::training {
namespace {

constexpr auto kAuto = "auto";

std::vector<NamedOptions> choices() {
  auto all = registered_options<ObjectiveEntry>();
  all.push_back({kAuto, Json::object()});
  return all;
}

}  // namespace

at::Tensor Objective::fisher_factor(const at::Tensor&) const {
  TORCH_CHECK_VALUE(
      false, "natural gradients are for classification and regression; choose another optimizer, adamw say");
}

void require_numbers(const datasets::Dataset& set, const std::string& where) {
  TORCH_CHECK_VALUE(set.mean.defined(), where, ": the inputs of ", set.name, " are tokens; its objective is ",
                    usual_objective(set));
}

std::string usual_objective(const datasets::Dataset& set) {
  if (!set.objective.empty()) return set.objective;
  return set.train.classified() ? "classification" : "regression";
}

Json objective_with_defaults(const Json& options, const std::string& where) {
  TORCH_CHECK_VALUE(options.value("name", "") != kAuto || options.size() == 1, where,
                    ": what auto becomes is known with the data alone; options need ", where,
                    ".name beside them (say language_modelling)");
  return with_defaults(choices(), "objective", options, where);
}

namespace {

std::string forecasters() {
  std::string names;
  for (const auto& [name, entry] : registry<models::ModelEntry>())
    if (entry.forecaster) names += (names.empty() ? "" : ", ") + name;
  return names;
}

}  // namespace

Json settled_objective(const Json& options, const datasets::Dataset& set, const std::string& where) {
  if (options.at("name") != kAuto) return options;
  TORCH_CHECK_VALUE(
      !set.motion, set.name,
      " holds trajectories, which no network here learns to forecast; choose a model that does: ",
      forecasters());
  return objective_with_defaults({{"name", usual_objective(set)}}, where);
}

std::unique_ptr<Objective> make_objective(const Json& options, const ObjectiveData& data,
                                          const std::string& where) {
  const Config config(settled_objective(objective_with_defaults(options, where), data.set, where), where);
  const auto name = config.get<std::string>("name");
  return registry<ObjectiveEntry>()
      .at(choose(registered_options<ObjectiveEntry>(), "objective", name).name)
      .make(config, data);
}

}  // namespace spinlab::training
