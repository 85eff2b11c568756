#include "src/training/config.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "datasets/registry.h"
#include "models/registry.h"
#include "src/core/options.h"
#include "src/core/sha256.h"
#include "src/training/objectives/objective.h"
#include "src/training/optimizers/optimizer.h"
#include "src/training/schedules/schedule.h"

namespace spinlab::training {
namespace {

const Json& defaults() {
  static const Json all = {
      {"recipe", ""},
      {"title", ""},
      {"model", nullptr},
      {"model_file", ""},
      {"data", nullptr},
      {"objective", {{"name", "auto"}}},
      {"optimizer", {{"name", "sgd"}}},
      {"schedule", {{"name", "constant"}}},
      {"epochs", 10},
      {"batch", 64},
      {"epoch_steps", 0},
      {"accumulate", 1},
      {"clip_norm", 0.0},
      {"precision", "float32"},
      {"seed", 1},
      {"augmentation",
       {{"flip", false},
        {"turn", false},
        {"translate", 0},
        {"edges", "reflected"},
        {"cutout", 0},
        {"mixup", 0.0}}},
      {"ema_decay", 0.0},
      {"lookahead", {{"every", 0}, {"decay", 0.95}, {"power", 3.0}}},
      {"channels_last", false},
      {"validation", {{"fraction", 0.0}, {"metric", "loss"}, {"patience", 0}, {"best", true}}},
      {"start_from", ""},
      {"device", "auto"},
      {"threads", 0},
      {"step_threads", 0},
      {"goal", nullptr}};
  return all;
}

Json defaults_of(const Json& model) {
  if (models::find_model(model.at("name")).network) return defaults();
  auto few = defaults();
  for (const auto& item : defaults().items()) {
    const std::vector<std::string> fitted = {"recipe", "title",  "model",   "model_file", "data",
                                             "seed",   "device", "threads", "goal"};
    if (std::find(fitted.begin(), fitted.end(), item.key()) == fitted.end()) few.erase(item.key());
  }
  return few;
}

std::optional<double> bound(const Config& goal, const std::string& key) {
  if (!goal.has(key)) return std::nullopt;
  return goal.get<double>(key);
}

std::optional<Goal> parse_goal(const Config& config) {
  if (!config.has("goal") || config.at("goal").is_null()) return std::nullopt;
  const auto goal = config.section("goal");
  Goal parsed{goal.get<std::string>("metric"), bound(goal, "at_least"), bound(goal, "at_most"),
              bound(goal, "published"), goal.get_or<std::string>("source", "")};
  goal.expect_no_other_keys();
  TORCH_CHECK_VALUE(parsed.at_least.has_value() != parsed.at_most.has_value(), goal.where(),
                    ": give one of at_least and at_most, got ", parsed.at_least ? "both" : "none");
  return parsed;
}

Augmentation parse_augmentation(const Config& config) {
  const auto section = config.section("augmentation");
  using Edges = Augmentation::Edges;
  const auto edges = section.one_of("edges", {"reflected", "zero", "wrapped"});
  return {.flip = section.get<bool>("flip"),
          .turn = section.get<bool>("turn"),
          .translate = section.integer("translate", 0, 1024),
          .edges = edges == "reflected" ? Edges::kReflected
                   : edges == "zero"    ? Edges::kZero
                                        : Edges::kWrapped,
          .cutout = section.integer("cutout", 0, 1024),
          .mixup = section.number("mixup", 0, 1e6)};
}

LookaheadOptions parse_lookahead(const Config& config) {
  const auto section = config.section("lookahead");
  return {section.integer("every", 0, 1'000'000), section.number("decay", 0, 1),
          section.number("power", 0, 100)};
}

Validation parse_validation(const Config& config) {
  const auto section = config.section("validation");
  return {section.number("fraction", 0, 0.9), section.get<std::string>("metric"),
          section.integer("patience", 0, 1'000'000), section.get<bool>("best")};
}

void parse_training(const Config& config, TrainingConfig& parsed) {
  parsed.objective = config.at("objective");
  parsed.optimizer = config.at("optimizer");
  parsed.schedule = config.at("schedule");
  parsed.epochs = config.integer("epochs", 1, 1'000'000);
  parsed.batch = config.integer("batch", 1, 1'000'000'000);
  parsed.epoch_steps = config.integer("epoch_steps", 0, 1'000'000'000);
  parsed.accumulate = config.integer("accumulate", 1, parsed.batch);
  parsed.clip_norm = config.number("clip_norm", 0, 1e12);
  parsed.precision = config.get<std::string>("precision");
  parsed.augmentation = parse_augmentation(config);
  parsed.ema_decay = config.number("ema_decay", 0, 1 - 1e-9);
  parsed.lookahead = parse_lookahead(config);
  parsed.channels_last = config.get<bool>("channels_last");
  parsed.validation = parse_validation(config);
  parsed.step_threads = static_cast<int>(config.integer("step_threads", 0, 1024));
  parsed.start_from = config.get<std::string>("start_from");
  Config(parsed.optimizer, config.where() + ": optimizer").number("lr", 1e-12, 1e6);
}

}  // namespace

Json complete_config(const Json& recipe, const std::string& where) {
  const Config given(recipe, where);
  const auto model = models::with_defaults(given.at("model"), where + ": model");
  const auto data = datasets::with_defaults(given.at("data"), where + ": data");
  auto full = with_defaults(defaults_of(model), recipe, where);
  full["model"] = model;
  full["data"] = data;
  if (!full.contains("optimizer")) return full;
  full["objective"] = objective_with_defaults(full["objective"], where + ": objective");
  full["optimizer"] = optimizer_with_defaults(full["optimizer"], where + ": optimizer");
  full["schedule"] = schedule_with_defaults(full["schedule"], where + ": schedule");
  for (const auto* section : {"augmentation", "lookahead", "validation"}) {
    if (full[section].is_null()) full[section] = Json::object();
    full[section] = with_defaults(defaults()[section], full[section], where + ": " + section);
  }
  return full;
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
  if (config.has("optimizer")) parse_training(config, parsed);
  return parsed;
}

Json lasting_settings(const Json& complete) {
  auto kept = complete;
  for (const auto* key :
       {"recipe", "title", "goal", "epochs", "device", "threads", "step_threads", "model_file"})
    kept.erase(key);
  return kept;
}

std::string config_identity(const Json& complete) { return sha256_hex(lasting_settings(complete).dump()); }

}  // namespace spinlab::training
