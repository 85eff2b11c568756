#include "models/registry.h"

#include <c10/util/Exception.h>

#include <numeric>

namespace spinlab::models {

int64_t Problem::features() const {
  return std::accumulate(input.begin(), input.end(), int64_t{1}, std::multiplies<>());
}

const ModelEntry& find_model(const std::string& name) {
  return registry<ModelEntry>().at(choose(registered_options<ModelEntry>(), "model", name).name);
}

Json with_defaults(const Json& options, const std::string& where) {
  return spinlab::with_defaults(registered_options<ModelEntry>(), "model", options, where);
}

Network make_network(const Json& options, const Problem& problem, const std::string& where) {
  const Config config(with_defaults(options, where), where);
  const auto& entry = find_model(config.get<std::string>("name"));
  TORCH_CHECK_VALUE(entry.network, where, ": ", entry.name,
                    " is fitted, not trained by gradients; use one that is");
  return entry.network(config, problem);
}

std::unique_ptr<Estimator> make_estimator(const Json& options, const Problem& problem,
                                          const std::string& where) {
  const Config config(with_defaults(options, where), where);
  const auto& entry = find_model(config.get<std::string>("name"));
  TORCH_CHECK_VALUE(entry.estimator, where, ": ", entry.name,
                    " is trained by gradients, not fitted in one call");
  return entry.estimator(config, problem);
}

}  // namespace spinlab::models
