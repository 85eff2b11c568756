#include "datasets/sets/csv_table.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>

#include "datasets/formats/parsed_cache.h"
#include "datasets/sets/csv_roles.h"
#include "datasets/sets/own_file.h"

namespace fs = std::filesystem;

namespace spinlab::datasets {
namespace {

constexpr std::size_t kFewWords = 20, kShownWords = 10;

char one_character(const Config& options, const std::string& key) {
  const auto word = options.get<std::string>(key);
  TORCH_CHECK_VALUE(word.size() == 1 && word != "\"", options.where(), ": ", key,
                    " must be one character, got \"", word, "\"");
  return word[0];
}

Parsed to_parsed(const Table& table) {
  Parsed parsed{{}, {{"rows", table.rows}, {"columns", Json::array()}}};
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const auto& c = table.columns[i];
    parsed.tensors[std::to_string(i)] = c.values;
    parsed.notes["columns"].push_back(
        {c.name, c.words, c.word_lines, c.missing, c.missing_line, c.word_line, c.word});
  }
  return parsed;
}

Table from_parsed(const Parsed& parsed) {
  Table table;
  table.rows = parsed.notes.at("rows").get<int64_t>();
  for (std::size_t i = 0; i < parsed.notes.at("columns").size(); ++i) {
    const auto& note = parsed.notes.at("columns").at(i);
    Column column;
    note.at(0).get_to(column.name);
    note.at(1).get_to(column.words);
    note.at(2).get_to(column.word_lines);
    note.at(3).get_to(column.missing);
    note.at(4).get_to(column.missing_line);
    note.at(5).get_to(column.word_line);
    note.at(6).get_to(column.word);
    column.values = parsed.tensors.at(std::to_string(i));
    table.columns.push_back(std::move(column));
  }
  return table;
}

Json row_of(const Column& column, const std::string& role) {
  Json row = {{"column", column.name}, {"role", role}, {"type", column.is_text() ? "text" : "number"}};
  if (column.is_text()) {
    row["distinct"] = column.words.size();
    row["values"] =
        std::vector(column.words.begin(), column.words.begin() + std::min(kShownWords, column.words.size()));
  } else if (const auto known = column.values.index({column.values.isfinite()}); known.numel() > 0) {
    row["range"] = {known.min().item<double>(), known.max().item<double>()};
  }
  if (column.missing > 0) row["missing"] = column.missing;
  return row;
}

/// Text that is neither target nor given a role by the user: few values are categories, many are names or
/// notes.
Json guessed(const Table& table, const Json& settings) {
  const auto given = [&](const char* key) {
    if (!settings.contains(key)) return std::vector<std::string>();
    return words_at(Config(settings, "--set"), key);
  };
  Json found = Json::object();
  auto taken = given("target");
  const bool series = settings.contains("windows");
  if (taken.empty() && !series) {
    taken = {table.columns.back().name};
    found["target"] = taken[0];
  }
  for (const auto* key : {"split", "ignore", "categorical"}) {
    for (const auto& name : given(key)) taken.push_back(name);
  }
  auto categorical = Json::array(), ignored = Json::array();
  bool missing = false;
  for (const auto& column : table.columns) {
    missing = missing || column.missing > 0;
    if (!column.is_text() || std::find(taken.begin(), taken.end(), column.name) != taken.end()) continue;
    const bool few =
        column.words.size() <= kFewWords && 2 * static_cast<int64_t>(column.words.size()) <= table.rows + 1;
    (few && !series ? categorical : ignored).push_back(column.name);
  }
  if (!categorical.empty() && !settings.contains("categorical")) found["categorical"] = categorical;
  if (!ignored.empty() && !settings.contains("ignore")) found["ignore"] = ignored;
  if (missing) found["missing"] = series ? "median" : "drop";
  return found;
}

std::string role_of(const CsvRoles& roles, const std::string& name) {
  const auto in = [&](const auto& all) { return std::find(all.begin(), all.end(), name) != all.end(); };
  if (name == roles.split) return "split";
  if (in(roles.features) && in(roles.targets)) return "feature and target";
  if (in(roles.targets)) return roles.classification ? "class" : "target";
  if (roles.categorical.contains(name)) return "categorical";
  return in(roles.features) ? "feature" : "ignored";
}

}  // namespace

TableFormat table_format(const Config& options) {
  TableFormat format;
  if (options.has("delimiter")) format.delimiter = one_character(options, "delimiter");
  if (options.has("decimal")) format.decimal = one_character(options, "decimal");
  format.header = options.get_or("header", true);
  return format;
}

Table read_table_once(const fs::path& file, const TableFormat& format) {
  const Json key = {
      {"delimiter", int{format.delimiter}}, {"decimal", int{format.decimal}}, {"header", format.header}};
  // Made from the notes in both cases: what is kept is so read in every run, and not first in the second.
  return from_parsed(parsed_once({file}, "csv 1", key, [&] { return to_parsed(read_table(file, format)); }));
}

Json understand_csv(const fs::path& file, const Json& settings) {
  const Config given(settings, "--set");
  const auto table = read_table_once(file, table_format(given));
  Json found = {{"file", file.string()}};
  found.update(guessed(table, settings));
  const auto data = completed("csv", found, settings);
  const auto roles = csv_roles(table, Config(data, "--set"), file.string());
  auto rows = Json::array();
  for (const auto& column : table.columns) rows.push_back(row_of(column, role_of(roles, column.name)));
  return {{"data", data}, {"rows", table.rows}, {"columns", rows}};
}

}  // namespace spinlab::datasets
