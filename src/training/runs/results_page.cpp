#include "src/training/runs/results_page.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstring>
#include <map>

#include "src/core/escape.h"
#include "src/training/objectives/objective.h"
#include "src/training/recipe.h"
#include "src/training/recipe_file.h"
#include "src/training/runs/comparison.h"

namespace spinlab::training {
namespace {

constexpr auto kHead = R"(# Results

Written by `spinlab results`, from the runs' own files: do not edit. A number is the mean over seeds, ± its standard error
where there are several, on the test part. Seconds are those of one run on the machine that it ran
on, reading the data excluded.

| recipe | metric | reached | goal | published | source | seconds | command |
|---|---|---|---|---|---|---|---|
)";

constexpr std::size_t kLongestCell = 1 << 16;

/// Settings of a run that a command would repeat.
bool is_repeated(const std::string& key) {
  for (const auto* other : {"recipe", "title", "seed", "device", "threads", "step_threads", "model_file"}) {
    if (key == other) return false;
  }
  return !key.starts_with("goal");
}

std::string text(double value) {
  char formatted[32];
  std::snprintf(formatted, sizeof formatted, "%.5g", value);
  return formatted;
}

const Json* setting(const RunSummary& run, const std::string& key) {
  const auto found = run.settings.find(key);
  return found == run.settings.end() || found->second.is_null() ? nullptr : &found->second;
}

std::string number(const RunSummary& run, const std::string& key, const std::string& before = "") {
  const auto* found = setting(run, key);
  return found ? before + text(found->get<double>()) : "";
}

std::string reached(const ComparedGroup& group, const std::string& metric) {
  const auto found = group.metrics.find(metric);
  if (found == group.metrics.end()) return "";
  const auto& spread = found->second;
  return text(spread.mean) + (spread.runs > 1 ? " ± " + text(spread.standard_error) + " (" +
                                                    std::to_string(spread.runs) + " seeds)"
                                              : "");
}

/// Quoted where a shell would take it for something else.
std::string word(const std::string& text) {
  const auto is_plain = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || std::strchr("_./=+:,-", c);
  };
  return std::ranges::all_of(text, is_plain) ? text : shell_quoted(text);
}

/// On one line and whole: half of a command repeats nothing.
std::string cell(std::string words) {
  for (size_t at = 0; (at = words.find('|', at)) != std::string::npos; at += 2) words.replace(at, 1, "\\|");
  return one_line(words, kLongestCell);
}

std::string row(const ComparedGroup& group) {
  const auto& first = group.runs.front();
  const auto* goal = setting(first, "goal.metric");
  const auto metric = goal ? goal->get<std::string>() : first.headline;
  const auto* source = setting(first, "goal.source");
  double seconds = 0;
  for (const auto& run : group.runs) seconds += run.seconds / static_cast<double>(group.runs.size());
  const std::string cells[] = {first.recipe.empty() ? first.folder.filename().string() : first.recipe,
                               metric,
                               reached(group, metric),
                               number(first, "goal.at_least", "≥ ") + number(first, "goal.at_most", "≤ "),
                               number(first, "goal.published"),
                               source ? source->get<std::string>() : "",
                               text(seconds),
                               "`" + command_of(first) + "`"};
  std::string line = "|";
  for (const auto& each : cells) line += " " + cell(each) + " |";
  return line + "\n";
}

/// What the table does not have it says: nobody should look for it there.
std::string without_a_run(const std::map<std::string, std::vector<RunSummary>>& by_recipe) {
  std::string names;
  for (const auto& name : recipe_names()) {
    if (!by_recipe.contains(name)) names += (names.empty() ? "`" : ", `") + name + "`";
  }
  return names.empty() ? "" : "\nRecipes without a run here: " + names + ".\n";
}

/// A data set allows at most one of these two: that "auto" became it is nothing that a command repeats.
void take_what_auto_became(const RunSummary& run, Json& recipe) {
  const auto* name = setting(run, "objective.name");
  if (!name || recipe.at("objective").at("name") != "auto") return;
  for (const auto* usual : {"classification", "regression"}) {
    if (*name == usual) recipe["objective"] = objective_with_defaults({{"name", usual}}, "objective");
  }
}

}  // namespace

std::string command_of(const RunSummary& run) {
  Json recipe;
  try {
    recipe = load_recipe(run.recipe);
  } catch (const c10::Error&) {
    return "spinlab train " + word((run.folder / "config.json").string());
  }
  auto command = "spinlab train " + run.recipe;
  take_what_auto_became(run, recipe);
  const auto defaults = dotted_settings(recipe);
  for (const auto& [key, value] : run.settings) {
    const auto found = defaults.find(key);
    if (!is_repeated(key) || (found != defaults.end() && found->second == value)) continue;
    command += " --set " + word(key + "=" + (value.is_string() ? value.get<std::string>() : value.dump()));
  }
  return command;
}

std::string results_page(const std::vector<RunSummary>& runs) {
  std::map<std::string, std::vector<RunSummary>> by_recipe;
  for (const auto& run : runs) {
    if (run.state == "finished") by_recipe[run.recipe].push_back(run);
  }
  TORCH_CHECK_VALUE(!by_recipe.empty(), "no run is finished; spinlab runs lists those that there are");
  std::string page = kHead;
  for (const auto& [recipe, same] : by_recipe) {
    for (const auto& group : compare_runs(same).groups) page += row(group);
  }
  return page + without_a_run(by_recipe);
}

}  // namespace spinlab::training
