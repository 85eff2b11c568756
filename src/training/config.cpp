#include "src/training/config.h"

#include <c10/util/Exception.h>

#include <algorithm>

#include "models/registry.h"
#include "src/core/options.h"
#include "src/training/optimizer.h"
#include "src/training/schedule.h"

namespace spinlab::training {
namespace {

const Json& defaults() {
  static const Json all = {{"recipe", ""},
                           {"title", ""},
                           {"model", nullptr},
                           {"data", nullptr},
                           {"optimizer", {{"name", "sgd"}}},
                           {"schedule", {{"name", "constant"}}},
                           {"epochs", 10},
                           {"batch", 64},
                           {"seed", 1},
                           {"augmentation", {{"flip", false}, {"translate", 0}}},
                           {"label_smoothing", 0.0},
                           {"ema_decay", 0.0},
                           {"channels_last", false},
                           {"flip_tta", false},
                           {"device", "auto"},
                           {"threads", 0},
                           {"goal", nullptr}};
  return all;
}

Json defaults_of(const Json& model) {
  if (models::find_model(model.at("name")).network) return defaults();
  auto few = defaults();
  for (const auto& item : defaults().items()) {
    const std::vector<std::string> fitted = {"recipe", "title",  "model",   "data",
                                             "seed",   "device", "threads", "goal"};
    if (std::find(fitted.begin(), fitted.end(), item.key()) == fitted.end()) few.erase(item.key());
  }
  return few;
}

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
  if (section == "model") fresh = models::with_defaults(fresh, where);
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
  // A data set's options are known to its loader alone, which refuses others.
  if (section == "data" && setting.key.starts_with("data."))
    config["data"].emplace(setting.key.substr(5), nullptr);
  set_key(config, setting.key, setting.value);
}

std::optional<Goal> parse_goal(const Config& config) {
  if (!config.has("goal") || config.at("goal").is_null()) return std::nullopt;
  const auto goal = config.section("goal");
  Goal parsed{goal.get<std::string>("metric"), goal.get<double>("at_least"), goal.get<std::string>("source")};
  goal.expect_no_other_keys();
  return parsed;
}

Augmentation parse_augmentation(const Config& config) {
  const auto section = config.section("augmentation");
  return {section.get<bool>("flip"), section.integer("translate", 0, 1024)};
}

}  // namespace

Json complete_config(const Json& recipe, const std::string& where) {
  const Config given(recipe, where);
  const auto model = models::with_defaults(given.at("model"), where + ": model");
  given.section("data").get<std::string>("name");
  auto full = with_defaults(defaults_of(model), recipe, where);
  full["model"] = model;
  if (!full.contains("optimizer")) return full;
  full["optimizer"] = optimizer_with_defaults(full["optimizer"], where + ": optimizer");
  full["schedule"] = schedule_with_defaults(full["schedule"], where + ": schedule");
  full["augmentation"] =
      with_defaults(defaults()["augmentation"], full["augmentation"], where + ": augmentation");
  return full;
}

Json override_config(Json config, const std::vector<std::string>& settings, const std::string& where) {
  for (const auto& setting : parse_settings(settings)) apply(config, setting, where);
  return complete_config(config, where);
}

TrainingConfig parse_config(const Json& complete, const std::string& where) {
  const Config config(complete, where);
  TrainingConfig parsed;
  parsed.recipe = config.get<std::string>("recipe");
  parsed.title = config.get<std::string>("title");
  parsed.device = config.get<std::string>("device");
  parsed.threads = static_cast<int>(config.integer("threads", 0, 1024));
  parsed.model = config.at("model");
  parsed.data = config.at("data");
  parsed.seed = config.integer("seed", 0, std::numeric_limits<int64_t>::max());
  parsed.goal = parse_goal(config);
  if (!config.has("optimizer")) return parsed;
  parsed.optimizer = config.at("optimizer");
  parsed.schedule = config.at("schedule");
  parsed.epochs = config.integer("epochs", 1, 1'000'000);
  parsed.batch = config.integer("batch", 1, 1'000'000'000);
  parsed.augmentation = parse_augmentation(config);
  parsed.label_smoothing = config.number("label_smoothing", 0, 0.999);
  parsed.ema_decay = config.number("ema_decay", 0, 1 - 1e-9);
  parsed.channels_last = config.get<bool>("channels_last");
  parsed.flip_tta = config.get<bool>("flip_tta");
  Config(parsed.optimizer, where + ": optimizer").number("lr", 1e-12, 1e6);
  return parsed;
}

}  // namespace spinlab::training
