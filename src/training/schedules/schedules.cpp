#include <algorithm>
#include <cmath>
#include <numbers>

#include "src/core/registry.h"
#include "src/training/schedules/schedule.h"

namespace spinlab::training {
namespace {

double linear(double from, double to, double t) { return from + (to - from) * t; }

double cosine(double from, double to, double t) {
  return to + (from - to) * (1 + std::cos(std::numbers::pi * t)) / 2;
}

/// s and the steps, both counted from the end of the warm-up.
using Curve = std::function<double(double s, double total)>;

double warmup_steps(const Config& config, const Duration& duration) {
  return std::floor(config.number("warmup", 0, 1) * duration.steps());
}

Schedule warmed_up(const Config& config, const Duration& duration, Curve curve) {
  const auto rise = warmup_steps(config, duration), total = duration.steps() - rise;
  return [=, curve = std::move(curve)](int64_t step) {
    const auto s = static_cast<double>(step);
    return s < rise ? (s + 1) / (rise + 1) : curve(s - rise, total);
  };
}

Schedule make_constant(const Config& config, const Duration& duration) {
  return warmed_up(config, duration, [](double, double) { return 1.0; });
}

Schedule make_linear(const Config& config, const Duration& duration) {
  const auto final = config.number("final", 0, 1);
  return warmed_up(config, duration, [=](double s, double total) { return linear(1, final, s / total); });
}

Schedule make_cosine(const Config& config, const Duration& duration) {
  const auto final = config.number("final", 0, 1);
  return warmed_up(config, duration, [=](double s, double total) { return cosine(1, final, s / total); });
}

Schedule make_step(const Config& config, const Duration& duration) {
  const auto per_epoch = static_cast<double>(duration.steps_per_epoch);
  const auto every = static_cast<double>(config.integer("every", 1, 1'000'000'000)) * per_epoch;
  const auto gamma = config.number("gamma", 0, 1), rise = warmup_steps(config, duration);
  const auto milestones = config.integers("milestones", 1, 1'000'000'000);
  return warmed_up(config, duration, [=](double s, double) {
    const auto step = s + rise;
    const auto falls = milestones.empty()
                           ? std::floor(step / every)
                           : static_cast<double>(std::ranges::count_if(milestones, [&](int64_t epoch) {
                               return step >= static_cast<double>(epoch) * per_epoch;
                             }));
    return std::pow(gamma, falls);
  });
}

Schedule make_inverse_root(const Config& config, const Duration& duration) {
  const auto rise = std::max(warmup_steps(config, duration), 1.0);
  return warmed_up(config, duration, [=](double s, double) { return std::sqrt(rise / (s + rise)); });
}

Schedule make_constant_then_decay(const Config& config, const Duration& duration) {
  const auto final = config.number("final", 0, 1), share = config.number("decay", 0, 1),
             all = duration.steps();
  return warmed_up(config, duration, [=](double s, double total) {
    const auto decay = std::min(std::floor(share * all), total), left = total - s;
    return left >= decay ? 1 : linear(final, 1, left / decay);
  });
}

Schedule make_one_cycle(const Config& config, const Duration& duration) {
  const auto curve = config.one_of("anneal", {"cosine", "linear"}) == "cosine" ? cosine : linear;
  const auto start = config.number("start", 0, 1), final = config.number("final", 0, 1);
  const auto last = std::max(duration.steps() - 1, 1.0), peak = config.number("warmup", 0, 1) * last;
  return [=](int64_t step) {
    const auto s = static_cast<double>(step);
    return s < peak ? curve(start, 1, s / peak) : curve(1, final, (s - peak) / std::max(last - peak, 1.0));
  };
}

const Registered<ScheduleEntry> kConstant{{.name = "constant",
                                           .summary = "the same learning rate throughout",
                                           .defaults = {{"warmup", 0.0}},
                                           .make = make_constant}};
const Registered<ScheduleEntry> kLinear{{.name = "linear",
                                         .summary = "falls on a straight line",
                                         .defaults = {{"warmup", 0.0}, {"final", 0.0}},
                                         .make = make_linear}};
const Registered<ScheduleEntry> kCosine{{.name = "cosine",
                                         .summary = "falls on half a cosine",
                                         .defaults = {{"warmup", 0.0}, {"final", 0.0}},
                                         .make = make_cosine}};
const Registered<ScheduleEntry> kStep{
    {.name = "step",
     .summary = "is multiplied by gamma every so many epochs, or after those named",
     .defaults = {{"warmup", 0.0}, {"every", 10}, {"milestones", Json::array()}, {"gamma", 0.1}},
     .make = make_step}};
const Registered<ScheduleEntry> kInverseRoot{{.name = "inverse_root",
                                              .summary = "falls as the inverse root of the step",
                                              .defaults = {{"warmup", 0.1}},
                                              .make = make_inverse_root}};
const Registered<ScheduleEntry> kConstantThenDecay{
    {.name = "constant_then_decay",
     .summary = "constant, then falls on a straight line",
     .defaults = {{"warmup", 0.0}, {"decay", 0.2}, {"final", 0.0}},
     .make = make_constant_then_decay}};
const Registered<ScheduleEntry> kOneCycle{
    {.name = "one_cycle",
     .summary = "rises in the first part of the steps, falls in the others",
     .defaults = {{"warmup", 0.3}, {"start", 0.04}, {"final", 4e-6}, {"anneal", "cosine"}},
     .make = make_one_cycle}};

}  // namespace
}  // namespace spinlab::training
