#include "models/registry.h"

#include <c10/util/Exception.h>

#include <numeric>

namespace spinlab::models {

int64_t Problem::features() const {
  return std::accumulate(input.begin(), input.end(), int64_t{1}, std::multiplies<>());
}

const char* words(Form form) {
  switch (form) {
    case Form::kValues: return "numbers";
    case Form::kTokens: return "tokens";
    case Form::kSequencePairs: return "a sequence and the beginning of its answer";
    case Form::kNoisy: return "noisy numbers and their noise level";
    case Form::kLogDensity: return "numbers to a log density";
  }
  return "";
}

const ModelEntry& find_model(const std::string& name) {
  return registry<ModelEntry>().at(choose(registered_options<ModelEntry>(), "model", name).name);
}

Json with_defaults(const Json& options, const std::string& where) {
  return spinlab::with_defaults(registered_options<ModelEntry>(), "model", options, where);
}

namespace {

void require_form(const ModelEntry& entry, const Problem& problem, const std::string& where) {
  if (entry.form == problem.form) return;
  std::string others;
  for (const auto& [name, other] : registry<ModelEntry>()) {
    if (other.form == problem.form) others += (others.empty() ? "" : ", ") + name;
  }
  TORCH_CHECK_VALUE(false, where, ": ", entry.name, " takes ", words(entry.form), ", but the objective asks for one that takes ",
                    words(problem.form), ": ", others.empty() ? "none is known here" : others);
}

}  // namespace

Network make_network(const Json& options, const Problem& problem, const std::string& where) {
  const Config config(with_defaults(options, where), where);
  const auto& entry = find_model(config.get<std::string>("name"));
  TORCH_CHECK_VALUE(entry.network, where, ": ", entry.name,
                    " is fitted, not trained by gradients; use one that is");
  require_form(entry, problem, where);
  return entry.network(config, problem);
}

std::unique_ptr<Estimator> make_estimator(const Json& options, const Problem& problem,
                                          const std::string& where) {
  const Config config(with_defaults(options, where), where);
  const auto& entry = find_model(config.get<std::string>("name"));
  TORCH_CHECK_VALUE(entry.estimator, where, ": ", entry.name,
                    " is trained by gradients, not fitted in one call");
  require_form(entry, problem, where);
  return entry.estimator(config, problem);
}

}  // namespace spinlab::models
