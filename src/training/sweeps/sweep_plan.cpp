#include "src/training/sweeps/sweep_plan.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <random>
#include <set>

#include "src/core/seed.h"
#include "src/training/config.h"
#include "src/training/config_override.h"

namespace spinlab::training {
namespace {

constexpr std::size_t kMaxRuns = 100'000, kMaxName = 100;
using Choice = std::vector<std::string>;  // "KEY=VALUE" each

/// At the commas that stand in no bracket, brace or string.
std::vector<std::string> split_values(const std::string& text) {
  std::vector<std::string> values(1);
  int depth = 0;
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (!quoted && (c == '[' || c == '{')) ++depth;
    if (!quoted && (c == ']' || c == '}')) --depth;
    if (c == ',' && depth == 0 && !quoted) {
      values.emplace_back();
    } else {
      values.back() += c;
    }
  }
  return values;
}

double number(const std::string& text, const std::string& setting) {
  double value = 0;
  const auto* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  TORCH_CHECK_VALUE(error == std::errc() && stopped == end && std::isfinite(value), "--set ", setting, ": \"",
                    text, "\" is no number; a range is LOW..HIGH or LOW..HIGH:log");
  return value;
}

void parse_range(SweptSetting& setting, std::string range, const std::string& text) {
  constexpr std::string_view kLog = ":log";
  setting.logarithmic = range.ends_with(kLog);
  if (setting.logarithmic) range.resize(range.size() - kLog.size());
  const auto dots = range.find("..");
  const auto low = range.substr(0, dots), high = range.substr(dots + 2);
  setting.low = number(low, text);
  setting.high = number(high, text);
  setting.whole = (low + high).find_first_not_of("-0123456789") == std::string::npos;
  TORCH_CHECK_VALUE(setting.low < setting.high && (!setting.logarithmic || setting.low > 0), "--set ", text,
                    ": a range goes from a smaller number to a larger one, with :log from above 0");
}

std::string as_text(double value, bool whole) {
  char text[32];
  std::snprintf(text, sizeof text, whole ? "%.0f" : "%.6g", value);
  return text;
}

std::string drawn(const SweptSetting& setting, std::mt19937_64& engine) {
  if (!setting.is_range())
    return setting.values[std::uniform_int_distribution<std::size_t>(0, setting.values.size() - 1)(engine)];
  const auto map = [&](double x) { return setting.logarithmic ? std::log(x) : x; };
  // A whole number from low to high: each has the interval of length 1 around it.
  const double margin = setting.whole && !setting.logarithmic ? 0.5 : 0;
  const auto at =
      std::uniform_real_distribution<double>(map(setting.low) - margin, map(setting.high) + margin)(engine);
  const auto value = setting.logarithmic ? std::exp(at) : at;
  return as_text(setting.whole ? std::min(std::max(std::round(value), setting.low), setting.high) : value,
                 setting.whole);
}

std::vector<Choice> draw(const SweepOptions& options, std::uint64_t seed) {
  std::vector<Choice> all;
  for (int64_t i = 0; i < options.random; ++i) {
    auto engine = make_engine(seed, "sweep", static_cast<std::uint64_t>(i));
    auto& choice = all.emplace_back();
    for (const auto& setting : options.settings) choice.push_back(setting.key + '=' + drawn(setting, engine));
  }
  return all;
}

std::vector<Choice> grid(const SweepOptions& options) {
  std::vector<Choice> all(1);
  for (const auto& setting : options.settings) {
    TORCH_CHECK_VALUE(!setting.is_range(), "--set ", setting.key,
                      ": a range is drawn from: say how often by --random N, or list values");
    std::vector<Choice> more;
    for (const auto& choice : all) {
      for (const auto& value : setting.values) {
        more.push_back(choice);
        more.back().push_back(setting.key + '=' + value);
        TORCH_CHECK_VALUE(more.size() <= kMaxRuns, "the grid has more than ", kMaxRuns,
                          " points; leave some out or draw by --random N");
      }
    }
    all = std::move(more);
  }
  return all;
}

constexpr const char* kNotSwept[] = {"recipe",  "title",        "goal",      "device",
                                     "threads", "step_threads", "model_file"};

void require_sweepable(const SweepOptions& options) {
  std::set<std::string> keys;
  for (const auto& [key, values, low, high, logarithmic, whole] : options.settings) {
    TORCH_CHECK_VALUE(keys.insert(key).second, "--set ", key,
                      ": given twice; list all its values in one --set");
    const auto first = key.substr(0, key.find('.'));
    TORCH_CHECK_VALUE(std::find(std::begin(kNotSwept), std::end(kNotSwept), first) == std::end(kNotSwept),
                      "--set ", key, ": makes no other numbers, only the same ones twice; leave it out");
    TORCH_CHECK_VALUE(key != "seed" || options.seeds == 1,
                      "--set seed: --seeds chooses them already; give one of the two");
  }
}

/// Of runs that are the same the first: draws between whole numbers repeat. A grid must not.
std::vector<PlannedRun> distinct(std::vector<PlannedRun> runs, bool drawn) {
  std::set<std::string> seen;
  std::vector<PlannedRun> kept;
  for (auto& run : runs) {
    const bool is_new = seen.insert(run.config.dump()).second;
    TORCH_CHECK_VALUE(is_new || drawn, run.name,
                      ": is the same run as one before it; leave the value out that stands twice");
    if (is_new) kept.push_back(std::move(run));
  }
  return kept;
}

/// "lr=0.0003": the last part of the key is enough to tell by; the number in front makes it unique.
std::string short_text(const std::string& setting) {
  const auto key = setting.substr(0, setting.find('='));
  auto text = setting.substr(key.rfind('.') + 1);
  for (char& c : text) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 ||
                       std::string_view("=.,-+_").find(c) != std::string_view::npos;
    if (!plain) c = '_';
  }
  return text;
}

std::string name_of(std::size_t number, const Choice& choice, const Json& seed) {
  char digits[16];
  std::snprintf(digits, sizeof digits, "%03zu", number);
  std::string name = digits;
  for (const auto& setting : choice) name += '-' + short_text(setting);
  return name.substr(0, kMaxName) + "-s" + seed.dump();
}

}  // namespace

SweptSetting parse_swept_setting(const std::string& text) {
  const auto equals = text.find('=');
  TORCH_CHECK_VALUE(equals != std::string::npos && equals > 0 && equals + 1 < text.size(), "--set ", text,
                    ": expected KEY=VALUE,VALUE,… say optimizer.lr=1e-4,3e-4");
  SweptSetting setting{.key = text.substr(0, equals)};
  const auto value = text.substr(equals + 1);
  if (value.find("..") != std::string::npos && value.find_first_of("[\"{/") == std::string::npos) {
    parse_range(setting, value, text);
  } else {
    setting.values = split_values(value);
  }
  return setting;
}

std::vector<PlannedRun> plan_sweep(const Json& config, const SweepOptions& options,
                                   const std::string& where) {
  require_sweepable(options);
  const auto first_seed = config.at("seed").get<std::uint64_t>();
  const auto choices = options.random > 0 ? draw(options, first_seed) : grid(options);
  TORCH_CHECK_VALUE(choices.size() * static_cast<std::size_t>(options.seeds) <= kMaxRuns,
                    "the sweep has more than ", kMaxRuns, " runs");
  std::vector<PlannedRun> runs;
  for (const auto& choice : choices) {
    auto chosen = override_config(config, choice, where);
    const auto seed = chosen.at("seed").get<std::uint64_t>();  // it may be swept itself
    for (int64_t i = 0; i < options.seeds; ++i) {
      chosen["seed"] = seed + static_cast<std::uint64_t>(i);
      parse_config(chosen, where);
      runs.push_back({name_of(runs.size() + 1, choice, chosen["seed"]), chosen});
    }
  }
  return distinct(std::move(runs), options.random > 0);
}

}  // namespace spinlab::training
