#include "src/training/runs/comparison.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <set>

#include "src/core/escape.h"

namespace spinlab::training {
namespace {

constexpr const char* kMeaningless[] = {"seed", "title", "device", "threads", "step_threads", "model_file"};

bool is_meaningless(const std::string& key) {
  return key == "goal" || key.starts_with("goal.") ||
         std::any_of(std::begin(kMeaningless), std::end(kMeaningless),
                     [&](const char* other) { return key == other; });
}

std::string text_of(const RunSummary& run, const std::string& key) {
  const auto found = run.settings.find(key);
  if (found == run.settings.end()) return "";
  return found->second.is_string() ? found->second.get<std::string>() : found->second.dump();
}

std::vector<std::string> differing_keys(const std::vector<RunSummary>& runs) {
  std::set<std::string> keys;
  for (const auto& run : runs) {
    for (const auto& [key, value] : run.settings) {
      if (!is_meaningless(key)) keys.insert(key);
    }
  }
  std::vector<std::string> differing;
  for (const auto& key : keys) {
    const auto first = text_of(runs.front(), key);
    if (std::any_of(runs.begin(), runs.end(), [&](const auto& run) { return text_of(run, key) != first; }))
      differing.push_back(key);
  }
  return differing;
}

/// What decides which tokens a language model reads; empty for another model.
std::string tokens_of(const RunSummary& run) {
  if (text_of(run, "objective.name") != "language_modelling") return "";
  const auto kind = text_of(run, "data.tokens"), own = text_of(run, "data.tokenizer");
  if (!own.empty() && own != "null") return kind + ' ' + own;
  const auto text = text_of(run, "data.name") + ' ' + text_of(run, "data.file");  // they are made from it
  return kind + ' ' + (kind == "byte_pairs" ? text_of(run, "data.vocabulary") + ' ' : "") + text;
}

bool tokens_differ(const std::vector<RunSummary>& runs) {
  const auto first = tokens_of(runs.front());
  return std::ranges::all_of(runs, [](const auto& run) { return !tokens_of(run).empty(); }) &&
         std::ranges::any_of(runs, [&](const auto& run) { return tokens_of(run) != first; });
}

struct Headline {
  std::string name;
  bool higher_is_better = false;
};

Headline headline_of_all(const std::vector<RunSummary>& runs) {
  const auto& first =
      *std::find_if(runs.begin(), runs.end() - 1, [](const auto& run) { return !run.headline.empty(); });
  if (tokens_differ(runs)) {
    const std::string part = first.headline.starts_with("validation_") ? "validation_" : "test_";
    const auto bits = part + "bits_per_byte";
    if (std::ranges::all_of(runs, [&](const auto& run) { return run.metrics.contains(bits); })) return {bits};
  }
  return {first.headline, first.higher_is_better};
}

std::map<std::string, Spread> spreads(const std::vector<RunSummary>& runs) {
  std::map<std::string, std::vector<double>> values;
  for (const auto& run : runs) {
    for (const auto& [name, value] : run.metrics) values[name].push_back(value);
  }
  std::map<std::string, Spread> all;
  for (const auto& [name, of_runs] : values) all[name] = spread_of(of_runs);
  return all;
}

/// Smaller is better; a group without the metric is last.
double rank(const ComparedGroup& group, const std::string& headline, bool higher_is_better) {
  const auto found = group.metrics.find(headline);
  if (found == group.metrics.end() || std::isnan(found->second.mean))
    return std::numeric_limits<double>::infinity();
  return higher_is_better ? -found->second.mean : found->second.mean;
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.5g", value);
  return text;
}

std::string cell(const ComparedGroup& group, const std::string& metric) {
  const auto found = group.metrics.find(metric);
  if (found == group.metrics.end()) return "";
  const auto& [mean, error, runs] = found->second;
  char text[64];
  std::snprintf(text, sizeof text, "%.5g ± %.2g", mean, error);
  return runs > 1 ? text : number(mean);
}

}  // namespace

Spread spread_of(const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  double mean = 0, squares = 0;
  for (const double value : values) mean += value / n;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return {mean, std::sqrt(squares / (n - 1) / n), static_cast<int64_t>(values.size())};
}

Comparison compare_runs(const std::vector<RunSummary>& runs) {
  TORCH_CHECK_VALUE(!runs.empty(), "there are no runs to compare; name some, or a folder that has them");
  Comparison comparison;
  comparison.keys = differing_keys(runs);
  std::map<std::vector<std::string>, ComparedGroup> groups;
  std::set<std::string> metrics;
  for (const auto& run : runs) {
    std::vector<std::string> settings;
    for (const auto& key : comparison.keys) settings.push_back(text_of(run, key));
    auto& group = groups[settings];
    group.settings = settings;
    // The same settings and seed are the same numbers: told twice they would make errors smaller than they
    // are.
    const bool known = std::any_of(group.runs.begin(), group.runs.end(),
                                   [&](const auto& other) { return other.seed == run.seed; });
    if (!known) group.runs.push_back(run);
    for (const auto& [name, value] : run.metrics) metrics.insert(name);
  }
  for (auto& [settings, group] : groups) {
    group.metrics = spreads(group.runs);
    comparison.groups.push_back(std::move(group));
  }
  const auto [headline, higher_is_better] = headline_of_all(runs);
  std::stable_sort(comparison.groups.begin(), comparison.groups.end(), [&](const auto& a, const auto& b) {
    return rank(a, headline, higher_is_better) < rank(b, headline, higher_is_better);
  });
  if (metrics.erase(headline) > 0) comparison.metrics.push_back(headline);
  if (tokens_differ(runs))
    comparison.remark =
        "the runs' tokens differ: their loss, perplexity and accuracy are of one token each and cannot be "
        "compared; bits_per_byte can";
  comparison.metrics.insert(comparison.metrics.end(), metrics.begin(), metrics.end());
  return comparison;
}

std::vector<std::vector<std::string>> table_of(const Comparison& comparison) {
  std::vector<std::vector<std::string>> rows(1, comparison.keys);
  rows[0].emplace_back("runs");
  rows[0].insert(rows[0].end(), comparison.metrics.begin(), comparison.metrics.end());
  for (const auto& group : comparison.groups) {
    auto& row = rows.emplace_back(group.settings);
    row.push_back(std::to_string(group.runs.size()));
    for (const auto& metric : comparison.metrics) row.push_back(cell(group, metric));
  }
  return rows;
}

Json json_of(const Comparison& comparison) {
  Json all = {{"keys", comparison.keys},
              {"metrics", comparison.metrics},
              {"remark", comparison.remark},
              {"groups", Json::array()}};
  for (const auto& group : comparison.groups) {
    Json entry = {{"settings", Json::object()}, {"runs", Json::array()}, {"metrics", Json::object()}};
    for (std::size_t k = 0; k < comparison.keys.size(); ++k) {
      const auto value = group.runs.front().settings.find(comparison.keys[k]);
      entry["settings"][comparison.keys[k]] =
          value == group.runs.front().settings.end() ? Json() : value->second;
    }
    for (const auto& run : group.runs) entry["runs"].push_back(clean_utf8(run.folder.string()));
    for (const auto& [name, spread] : group.metrics) {
      entry["metrics"][name] = {{"mean", spread.mean}, {"runs", spread.runs}};
      entry["metrics"][name]["standard_error"] = spread.runs > 1 ? Json(spread.standard_error) : Json();
    }
    all["groups"].push_back(entry);
  }
  return all;
}

}  // namespace spinlab::training
