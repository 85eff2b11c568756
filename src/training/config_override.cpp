#include "src/training/config_override.h"

#include <c10/util/Exception.h>

#include <algorithm>

#include "datasets/registry.h"
#include "models/registry.h"
#include "src/training/config.h"
#include "src/training/objectives/objective.h"
#include "src/training/optimizers/optimizer.h"
#include "src/training/schedules/schedule.h"

namespace spinlab::training {
namespace {

struct Setting {
  std::string key, value;
  bool names() const { return key.ends_with(".name"); }
};

std::vector<Setting> parse_settings(const std::vector<std::string>& texts) {
  std::vector<Setting> all;
  for (const auto& text : texts) {
    const auto equals = text.find('=');
    TORCH_CHECK_VALUE(equals != std::string::npos && equals > 0, "--set ", text,
                      ": expected KEY=VALUE, say optimizer.lr=3e-4");
    all.push_back({text.substr(0, equals), text.substr(equals + 1)});
  }
  std::stable_partition(all.begin(), all.end(), [](const Setting& s) { return s.names(); });
  return all;
}

/// Keeps of a section what the choice `name` also has, and gives the rest its defaults.
void rename(Json& config, const std::string& section, const std::string& name, const std::string& where) {
  Json fresh = {{"name", name}};
  if (section == "data") fresh = datasets::with_defaults(fresh, where);
  if (section == "model") fresh = models::with_defaults(fresh, where);
  if (section == "objective") fresh = objective_with_defaults(fresh, where);
  if (section == "optimizer") fresh = optimizer_with_defaults(fresh, where);
  if (section == "schedule") fresh = schedule_with_defaults(fresh, where);
  for (auto& [key, value] : fresh.items()) {
    if (key != "name" && config[section].contains(key)) value = config[section][key];
  }
  config[section] = fresh;
}

void apply(Json& config, const Setting& setting, const std::string& where) {
  const auto section = setting.key.substr(0, setting.key.find('.'));
  if (setting.names() && config.contains(section)) return rename(config, section, setting.value, where);
  set_key(config, setting.key, setting.value);
}

}  // namespace

Json override_config(Json config, const std::vector<std::string>& settings, const std::string& where) {
  for (const auto& setting : parse_settings(settings)) apply(config, setting, where);
  return complete_config(config, where);
}

}  // namespace spinlab::training
