#include "src/training/runs/shared_set.h"

#include <algorithm>
#include <optional>

#include "datasets/registry.h"

namespace spinlab::training {
namespace {

struct Shared {
  Json what;
  datasets::Dataset set;
};

std::optional<Shared>& shared() {
  static std::optional<Shared> set;
  return set;
}

/// All that a data set follows from.
Json origin(const Json& data, std::uint64_t seed) {
  const auto& entry = datasets::find_dataset(data.at("name").get<std::string>());
  return {{"data", data}, {"seed", entry.load.takes_seed() ? Json(seed) : Json()}};
}

Json origin(const Json& config) { return origin(config.at("data"), config.at("seed").get<std::uint64_t>()); }

}  // namespace

void share_set(const std::vector<Json>& configs, const datasets::DataFolders& data) {
  if (configs.size() < 2) return;
  const auto what = origin(configs.front());
  if (!std::ranges::all_of(configs, [&](const Json& config) { return origin(config) == what; })) return;
  const auto& first = configs.front();
  shared() =
      Shared{what, datasets::load_dataset(first.at("data"), data, first.at("seed").get<std::uint64_t>())};
}

datasets::Dataset loaded_set(const TrainingConfig& config, const datasets::DataFolders& data) {
  if (shared() && shared()->what == origin(config.data, config.seed)) return shared()->set;
  return datasets::load_dataset(config.data, data, config.seed);
}

}  // namespace spinlab::training
