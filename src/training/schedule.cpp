#include "src/training/schedule.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "src/core/options.h"

namespace spinlab::training {
namespace {

const std::vector<NamedOptions>& schedules() {
  static const std::vector<NamedOptions> all = {
      {"constant", Json::object()},
      {"linear", {{"final", 0.0}}},
      {"cosine", {{"final", 0.0}}},
      {"step", {{"every", 10}, {"gamma", 0.1}}},
      {"one_cycle", {{"warmup", 0.3}, {"start", 0.04}, {"final", 4e-6}, {"anneal", "cosine"}}},
  };
  return all;
}

double linear(double from, double to, double t) { return from + (to - from) * t; }

double cosine(double from, double to, double t) {
  return to + (from - to) * (1 + std::cos(std::numbers::pi * t)) / 2;
}

Schedule one_cycle(const Config& config, int64_t total) {
  const auto anneal = config.get<std::string>("anneal");
  TORCH_CHECK_VALUE(anneal == "cosine" || anneal == "linear", config.where(),
                    ": anneal must be \"cosine\" or \"linear\", got \"", anneal, "\"");
  const auto curve = anneal == "cosine" ? cosine : linear;
  const auto start = config.number("start", 0, 1), final = config.number("final", 0, 1);
  const auto last = static_cast<double>(std::max<int64_t>(total - 1, 1));
  const auto peak = config.number("warmup", 0, 1) * last;
  return [=](int64_t step) {
    const auto s = static_cast<double>(step);
    return s < peak ? curve(start, 1, s / peak) : curve(1, final, (s - peak) / std::max(last - peak, 1.0));
  };
}

}  // namespace

Json schedule_with_defaults(const Json& options, const std::string& where) {
  return with_defaults(schedules(), "schedule", options, where);
}

Schedule make_schedule(const Json& options, int64_t epochs, int64_t steps_per_epoch,
                       const std::string& where) {
  const Config config(schedule_with_defaults(options, where), where);
  const auto name = config.get<std::string>("name");
  const auto total = static_cast<double>(epochs * steps_per_epoch);
  if (name == "one_cycle") return one_cycle(config, epochs * steps_per_epoch);
  if (name == "step") {
    const auto every = config.integer("every", 1, 1'000'000'000) * steps_per_epoch;
    return [every, gamma = config.number("gamma", 0, 1)](int64_t step) {
      return std::pow(gamma, static_cast<double>(step / every));
    };
  }
  if (name == "constant") return [](int64_t) { return 1.0; };
  const auto curve = name == "cosine" ? cosine : linear;
  return [=, final = config.number("final", 0, 1)](int64_t step) {
    return curve(1, final, static_cast<double>(step) / total);
  };
}

std::vector<std::string> schedule_names() { return names(schedules()); }

}  // namespace spinlab::training
