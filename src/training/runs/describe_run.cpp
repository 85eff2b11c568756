#include "src/training/runs/describe_run.h"

#include "src/training/runs/prepared_run.h"

namespace spinlab::training {

Json describe_run(Json config, const datasets::DataFolders& data) {
  const auto threads = config.find("step_threads");
  const auto asked = threads == config.end() ? Json() : *threads;
  if (asked == 0) *threads = 1;  // whoever asks what would be trained wants no steps tried
  PreparedRun run(config, data);
  Json described = {{"parameters", Json::object()}, {"parameter_count", 0}};
  int64_t count = 0, weights = 0, optimizer = 0;
  for (const auto& [name, tensor] : run.learner->state()) {
    const auto bytes = static_cast<int64_t>(tensor.nbytes());
    if (name.starts_with("optimizer.")) optimizer += bytes;
    if (!name.starts_with("model.")) continue;
    described["parameters"][name.substr(6)] = tensor.sizes().vec();
    count += tensor.numel();
    weights += bytes;
  }
  described["parameter_count"] = count;
  described["parts"] = {{"train", run.set.train.size()}, {"test", run.set.test.size()}};
  for (const auto& [name, part] : run.set.parts) described["parts"][name] = part.size();
  described["inputs"] = run.set.train.inputs.sizes().slice(1).vec();
  described["steps_per_epoch"] = run.learner->steps_per_epoch();
  described["steps"] = run.learner->steps_per_epoch() * run.learner->epochs();
  const auto data_bytes = static_cast<int64_t>(run.set.train.inputs.storage().nbytes());
  described["bytes"] = {
      {"data", data_bytes}, {"weights", weights}, {"gradients", weights}, {"optimizer", optimizer}};
  described["config"] = run.json;
  if (!asked.is_null()) described["config"]["step_threads"] = asked;
  return described;
}

}  // namespace spinlab::training
