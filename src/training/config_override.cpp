#include "src/training/config_override.h"

#include <c10/util/Exception.h>

#include <algorithm>

#include "datasets/registry.h"
#include "models/registry.h"
#include "src/core/setting.h"
#include "src/training/config.h"
#include "src/training/objectives/objective.h"
#include "src/training/optimizers/optimizer.h"
#include "src/training/schedules/schedule.h"

namespace spinlab::training {
namespace {

/// Whether it makes another choice, whose options come with it.
bool names(const Setting& setting) { return setting.key.ends_with(".name"); }

std::vector<Setting> parse_settings(const std::vector<std::string>& texts) {
  std::vector<Setting> all;
  for (const auto& text : texts) {
    all.push_back(parse_setting(text));
    TORCH_CHECK_VALUE(all.back().key != "model_file",
                      "--set model_file: a model of your own is given by --model FILE");
  }
  std::stable_partition(all.begin(), all.end(), names);
  return all;
}

Json section_defaults(const std::string& section, const Json& name, const std::string& where) {
  const Json chosen = {{"name", name}};
  if (section == "data") return datasets::with_defaults(chosen, where);
  if (section == "model") return models::with_defaults(chosen, where);
  if (section == "objective") return objective_with_defaults(chosen, where);
  if (section == "optimizer") return optimizer_with_defaults(chosen, where);
  return schedule_with_defaults(chosen, where);
}

/// Keeps of a section what was set (differs from the default of the choice before) and the choice `name` also
/// has, and gives the rest its own defaults.
void rename(Json& config, const std::string& section, const std::string& name, const std::string& where) {
  const auto& before = config[section];
  const auto old = section_defaults(section, before.at("name"), where);
  auto fresh = section_defaults(section, name, where);
  for (auto& [key, value] : fresh.items()) {
    if (key != "name" && before.contains(key) && before[key] != old.value(key, Json())) value = before[key];
  }
  config[section] = fresh;
}

/// The choice within a section that a key belongs to, say model.kernel; nothing where there is none. Its
/// options are known to whoever makes it, who refuses those that it lacks.
Json* choice_within(Json& config, const std::string& key) {
  Json* here = &config;
  int depth = 0;
  size_t from = 0;
  for (auto dot = key.find('.'); dot != std::string::npos; dot = key.find('.', from), ++depth) {
    const auto part = key.substr(from, dot - from);
    if (!here->is_object() || !here->contains(part)) return nullptr;
    here = &(*here)[part];
    from = dot + 1;
  }
  return depth > 1 && here->is_object() && here->contains("name") ? here : nullptr;
}

void apply(Json& config, const Setting& setting, const std::string& where) {
  const auto section = setting.key.substr(0, setting.key.find('.'));
  if (setting.key == section + ".name" && config.contains(section) && config[section].is_object())
    return rename(config, section, setting.value, where);
  if (auto* choice = choice_within(config, setting.key)) {
    if (names(setting)) *choice = Json::object();  // options of the one before are none of the new one's
    choice->emplace(setting.key.substr(setting.key.rfind('.') + 1), nullptr);
  }
  set_key(config, setting.key, setting.value);
}

}  // namespace

Json override_config(Json config, const std::vector<std::string>& settings, const std::string& where) {
  const auto data = config.value("/data/name"_json_pointer, "");
  const auto all = parse_settings(settings);
  for (const auto& setting : all) apply(config, setting, where);
  const bool has_own_goal =
      std::ranges::any_of(all, [](const auto& setting) { return setting.key.starts_with("goal"); });
  if (!has_own_goal && config.value("/data/name"_json_pointer, "") != data) config["goal"] = nullptr;
  return complete_config(config, where);
}

}  // namespace spinlab::training
