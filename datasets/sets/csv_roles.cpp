#include "datasets/sets/csv_roles.h"

#include <c10/util/Exception.h>

#include <algorithm>

#include "datasets/sets/own_file.h"

namespace spinlab::datasets {
namespace {

std::vector<std::string> columns_at(const Table& table, const Config& options, const std::string& key,
                                    const std::string& file) {
  const auto names = words_at(options, key);
  std::set<std::string> seen;
  for (const auto& name : names) {
    column_of(table, name, file);
    TORCH_CHECK_VALUE(seen.insert(name).second, file, ": \"", key, "\" names \"", name, "\" twice");
  }
  return names;
}

/// All columns that have no other role, in the order of the file.
std::vector<std::string> other_columns(const Table& table, const std::vector<std::string>& others) {
  const std::set<std::string> taken(others.begin(), others.end());
  std::vector<std::string> names;
  for (const auto& column : table.columns) {
    if (!taken.contains(column.name)) names.push_back(column.name);
  }
  return names;
}

void require_apart(const CsvRoles& roles, bool series, const std::string& file) {
  const std::set<std::string> features(roles.features.begin(), roles.features.end());
  for (const auto& name : roles.targets)
    TORCH_CHECK_VALUE(series || !features.contains(name), file, ": \"", name,
                      "\" is both feature and target; leave it out of one");
  TORCH_CHECK_VALUE(!features.contains(roles.split), file, ": \"", roles.split,
                    "\" is both feature and split");
  for (const auto& name : roles.categorical)
    TORCH_CHECK_VALUE(features.contains(name), file, ": \"", name,
                      "\" is categorical but no feature; leave it out of one");
}

void take_targets(CsvRoles& roles, const Table& table, const Config& options, const std::string& file) {
  const auto task = task_of(options);
  const auto text = [&](const std::string& name) { return column_of(table, name, file).is_text(); };
  const bool any_text = std::any_of(roles.targets.begin(), roles.targets.end(), text);
  roles.classification = task == Task::kClassification || (task == Task::kTold && any_text);
  TORCH_CHECK_VALUE(!roles.classification || roles.targets.size() == 1, file,
                    ": classification has one target, got ", roles.targets.size());
  if (roles.classification) return;
  for (const auto& name : roles.targets) require_numbers(column_of(table, name, file), file);
}

}  // namespace

const Column& column_of(const Table& table, const std::string& name, const std::string& file) {
  if (const auto* column = table.find(name)) return *column;
  TORCH_CHECK_VALUE(false, file, ": has no column \"", name, "\"", did_you_mean(name, table.names()));
}

void require_numbers(const Column& column, const std::string& file) {
  TORCH_CHECK_VALUE(!column.is_text(), file, ": line ", column.word_line, ", column \"", column.name,
                    "\": \"", column.word.substr(0, 40),
                    "\" is not a number; mend the cell, or name the column in \"categorical\" or \"ignore\"");
}

CsvRoles csv_roles(const Table& table, const Config& options, const std::string& file) {
  const bool series = options.has("windows");
  CsvRoles roles;
  roles.targets = columns_at(table, options, "target", file);
  const auto ignored = columns_at(table, options, "ignore", file),
             categorical = columns_at(table, options, "categorical", file);
  if (options.has("split")) roles.split = column_of(table, options.get<std::string>("split"), file).name;
  TORCH_CHECK_VALUE(series || !roles.targets.empty(), file,
                    ": which column is to be predicted? Name it by \"target\"",
                    did_you_mean("target", table.names()));
  auto others = ignored;
  others.push_back(roles.split);
  if (!series) others.insert(others.end(), roles.targets.begin(), roles.targets.end());
  roles.features =
      options.has("features") ? columns_at(table, options, "features", file) : other_columns(table, others);
  roles.categorical = {categorical.begin(), categorical.end()};
  TORCH_CHECK_VALUE(!roles.features.empty(), file, ": no column is left as a feature");
  require_apart(roles, series, file);
  if (roles.targets.empty()) roles.targets = roles.features;
  take_targets(roles, table, options, file);
  for (const auto& name : roles.features) {
    if (!roles.categorical.contains(name)) require_numbers(column_of(table, name, file), file);
  }
  return roles;
}

}  // namespace spinlab::datasets
