#include "src/training/former_names.h"

namespace spinlab::training {
namespace {

void rename(Json& in, const char* from, const char* to) {
  if (!in.is_object() || !in.contains(from)) return;
  in[to] = in[from];
  in.erase(from);
}

}  // namespace

Json with_present_names(Json config) {
  rename(config, "average", "ema_decay");
  rename(config, "mirror_test", "flip_tta");
  if (config.is_object() && config.contains("optimizer"))
    rename(config["optimizer"], "decay_vectors", "decay_1d");
  // Only classification ever had these two, and other objectives were not to be chosen.
  for (const auto* key : {"label_smoothing", "flip_tta"}) {
    if (!config.is_object() || !config.contains(key)) continue;
    const bool used = config.at(key) != 0.0 && config.at(key) != false;
    if (used && !config.contains("objective")) config["objective"] = {{"name", "classification"}};
    if (used && config["objective"].is_object()) config["objective"][key] = config.at(key);
    config.erase(key);
  }
  return config;
}

}  // namespace spinlab::training
