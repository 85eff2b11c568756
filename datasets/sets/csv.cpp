#include "datasets/sets/csv.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <array>
#include <unordered_map>

#include "datasets/files/compressed_file.h"
#include "datasets/registry.h"
#include "datasets/sets/csv_roles.h"
#include "datasets/sets/csv_table.h"
#include "datasets/sets/own_file.h"
#include "datasets/statistics.h"

namespace fs = std::filesystem;

namespace spinlab::datasets {
namespace {

constexpr int64_t kMaxCategories = 1000, kMaxClasses = 10'000, kMaxWindow = 1'000'000;
const std::array<std::string, 3> kParts = {"train", "test", "validation"};

/// A file with its rows as numbers: what is missing is NaN.
struct Source {
  std::string file;
  Table table;
};

/// All values of a column in all files, sorted: of text the words, of numbers their shortest decimals in the
/// order of the numbers.
std::vector<std::string> values_of(const std::vector<Source>& sources, const std::string& name) {
  std::vector<std::string> words;
  std::vector<at::Tensor> numbers;
  for (const auto& [file, table] : sources) {
    const auto& column = column_of(table, name, file);
    words.insert(words.end(), column.words.begin(), column.words.end());
    if (!column.is_text()) numbers.push_back(column.values.index({column.values.isfinite()}));
  }
  std::vector<std::string> found;
  if (!numbers.empty()) {
    const auto distinct = std::get<0>(at::_unique(at::cat(numbers), /*sorted=*/true));
    for (int64_t i = 0; i < distinct.size(0); ++i) found.push_back(shortest(distinct[i].item<double>()));
  }
  if (words.empty()) return found;
  found.insert(found.end(), words.begin(), words.end());
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

/// int64 (n): the place of each cell among `values`, -1 where it is missing.
at::Tensor codes_of(const Column& column, const std::vector<std::string>& values) {
  std::unordered_map<std::string, int64_t> known;
  for (const auto& value : values) known.emplace(value, static_cast<int64_t>(known.size()));
  const auto place = [&](const std::string& word) {
    const auto found = known.find(word);
    return found == known.end() ? int64_t{-1}
                                : found->second;  // what stands for a missing cell is masked below
  };
  std::vector<int64_t> places;
  at::Tensor cells, missing;
  if (column.is_text()) {
    for (const auto& word : column.words) places.push_back(place(word));
    cells = column.values.clamp_min(0);
    missing = column.values.lt(0);
  } else {
    const auto [distinct, inverse] =
        at::_unique(column.values.nan_to_num(0), /*sorted=*/true, /*return_inverse=*/true);
    for (int64_t i = 0; i < distinct.size(0); ++i)
      places.push_back(place(shortest(distinct[i].item<double>())));
    cells = inverse;
    missing = column.values.isnan();
  }
  return at::tensor(places, at::kLong).index_select(0, cells).masked_fill(missing, -1);
}

/// The columns of the inputs and what they are called, alike for all files.
class Features {
 public:
  Features(const std::vector<Source>& sources, const CsvRoles& roles) {
    for (const auto& name : roles.features) add(sources, name, roles.categorical.contains(name));
  }
  const std::vector<std::string>& names() const { return names_; }

  /// float64 (n, d), NaN where a cell is missing.
  at::Tensor of(const Source& source) const {
    const auto bytes = static_cast<std::uint64_t>(source.table.rows) * names_.size() * sizeof(double);
    TORCH_CHECK_VALUE(bytes <= justified_bytes(source.file), source.file, ": ", source.table.rows, " × ",
                      names_.size(),
                      " inputs are out of proportion to the file; name fewer columns in \"categorical\"");
    auto inputs = at::empty({source.table.rows, static_cast<int64_t>(names_.size())}, at::kDouble);
    int64_t at = 0;
    for (const auto& [name, values] : columns_) {
      const auto& column = column_of(source.table, name, source.file);
      if (values.empty()) {
        require_numbers(column, source.file);
        inputs.select(1, at++).copy_(column.values);
        continue;
      }
      const auto codes = codes_of(column, values);
      for (std::size_t i = 0; i < values.size(); ++i)
        inputs.select(1, at++).copy_(codes.eq(static_cast<int64_t>(i)));
    }
    return inputs;
  }

 private:
  void add(const std::vector<Source>& sources, const std::string& name, bool categorical) {
    columns_.emplace_back(name, std::vector<std::string>());
    if (!categorical) return names_.push_back(name);
    auto values = values_of(sources, name);
    TORCH_CHECK_VALUE(!values.empty() && values.size() <= kMaxCategories, sources[0].file,
                      ": the categorical column \"", name, "\" has ", values.size(),
                      " different values, 1 to ", kMaxCategories, " are accepted; ignore it");
    for (const auto& value : values) names_.push_back(name + "=" + value);
    columns_.back().second = std::move(values);
  }

  std::vector<std::pair<std::string, std::vector<std::string>>>
      columns_;  // with the values of a categorical one
  std::vector<std::string> names_;
};

at::Tensor targets_of(const Source& source, const CsvRoles& roles, const std::vector<std::string>& classes) {
  if (roles.classification) return codes_of(column_of(source.table, roles.targets[0], source.file), classes);
  std::vector<at::Tensor> columns;
  for (const auto& name : roles.targets) {
    const auto& column = column_of(source.table, name, source.file);
    require_numbers(column, source.file);
    columns.push_back(column.values);
  }
  return columns.size() == 1 ? columns[0] : at::stack(columns, 1);
}

/// Which rows lack a cell that is used. bool (n).
at::Tensor lacking(const Source& source, const std::vector<std::string>& names) {
  auto rows = at::zeros({source.table.rows}, at::kBool);
  for (const auto& name : names) {
    const auto& column = column_of(source.table, name, source.file);
    rows |= column.is_text() ? column.values.lt(0) : column.values.isnan();
  }
  return rows;
}

void refuse_missing(const Source& source, const std::vector<std::string>& names, const char* remedy) {
  for (const auto& name : names) {
    const auto& column = column_of(source.table, name, source.file);
    TORCH_CHECK_VALUE(column.missing == 0, source.file, ": line ", column.missing_line, ", column \"", name,
                      "\": the cell is missing (", column.missing,
                      " in this column); mend it, or set \"missing\": ", remedy);
  }
}

/// The examples of one file; the rows that are kept, int64, in `rows`.
Split examples_of(const Source& source, const Features& features, const CsvRoles& roles,
                  const std::vector<std::string>& classes, const Config& options, at::Tensor& rows) {
  const auto missing = options.one_of("missing", {"error", "drop", "median"});
  if (missing == "error") refuse_missing(source, roles.features, "\"drop\" or \"median\"");
  if (missing != "drop") refuse_missing(source, roles.targets, "\"drop\"");
  Split all{features.of(source), targets_of(source, roles, classes), {}};
  rows = at::arange(source.table.rows, at::kLong);
  if (missing != "drop") return all;
  auto used = roles.features;
  used.insert(used.end(), roles.targets.begin(), roles.targets.end());
  rows = lacking(source, used).logical_not().nonzero().view(-1);
  TORCH_CHECK_VALUE(
      rows.size(0) > 0, source.file,
      ": every row lacks a cell; ignore the columns that lack most, or set \"missing\": \"median\"");
  return select(all, rows);
}

/// Cuts by the column that says where each row belongs.
Parts parts_by_column(const Split& all, const Source& source, const at::Tensor& rows,
                      const std::string& name) {
  const auto& column = column_of(source.table, name, source.file);
  for (std::size_t i = 0; i < column.words.size(); ++i) {
    TORCH_CHECK_VALUE(std::find(kParts.begin(), kParts.end(), column.words[i]) != kParts.end(), source.file,
                      ": line ", column.word_lines[i], ", column \"", name, "\": \"",
                      column.words[i].substr(0, 40), "\" is none of train, test, validation");
  }
  TORCH_CHECK_VALUE(column.is_text() && column.missing == 0, source.file, ": each cell of the column \"",
                    name, "\" must say train, test or validation");
  const auto kept = column.values.index_select(0, rows);
  const auto of_part = [&](const std::string& part) -> std::optional<Split> {
    const auto word = std::find(column.words.begin(), column.words.end(), part) - column.words.begin();
    const auto chosen = kept.eq(word).nonzero().view(-1);
    if (chosen.size(0) == 0) return std::nullopt;
    return select(all, chosen);
  };
  auto train = of_part("train");
  TORCH_CHECK_VALUE(train, source.file, ": no row's \"", name, "\" says train");
  return {std::move(*train), of_part("test"), of_part("validation")};
}

std::vector<Split*> all_parts(Parts& parts) {
  std::vector<Split*> all = {&parts.train};
  if (parts.test) all.push_back(&*parts.test);
  if (parts.validation) all.push_back(&*parts.validation);
  return all;
}

/// The other parts play no role in the medians: they stand for what nobody has seen yet.
void fill_with_medians(Parts& parts, const std::string& file) {
  const auto medians = parts.train.inputs.nanquantile(0.5, 0);
  TORCH_CHECK_VALUE(medians.isfinite().all().item<bool>(), file,
                    ": a column is empty in all rows to train on; ignore it");
  for (auto* split : all_parts(parts))
    split->inputs = at::where(split->inputs.isnan(), medians, split->inputs);
}

void make_windows(Parts& parts, int64_t length, const std::string& file) {
  for (auto* split : all_parts(parts)) {
    const auto n = split->size();
    TORCH_CHECK_VALUE(n > length, file, ": windows of ", length, " rows need more than the ", n,
                      " rows of a part");
    split->inputs = split->inputs.narrow(0, 0, n - 1).unfold(0, length, 1).transpose(1, 2);
    split->targets = split->targets.narrow(0, length, n - length);
  }
}

Parts read_parts(const std::vector<Source>& sources, const Features& features, const CsvRoles& roles,
                 const std::vector<std::string>& classes, const Config& options) {
  at::Tensor rows;
  const auto read = [&](std::size_t i) {
    return examples_of(sources[i], features, roles, classes, options, rows);
  };
  std::size_t next = 1;
  auto train = read(0);
  Parts parts =
      roles.split.empty() ? Parts{train, {}, {}} : parts_by_column(train, sources[0], rows, roles.split);
  for (const auto& [key, part] :
       {std::pair{"test_file", &parts.test}, {"validation_file", &parts.validation}}) {
    if (!options.has(key)) continue;
    TORCH_CHECK_VALUE(!*part, sources[0].file, ": its split column names rows for what ", key,
                      " holds; leave out one of them");
    *part = read(next++);
  }
  return parts;
}

std::vector<Source> read_sources(const Config& options) {
  const auto format = table_format(options);
  std::vector<Source> sources = {{file_name(options), read_table_once(file_name(options), format)}};
  for (const auto* key : {"test_file", "validation_file"}) {
    if (!options.has(key)) continue;
    const auto file = options.get<std::string>(key);
    sources.push_back({file, read_table_once(file, format)});
  }
  return sources;
}

}  // namespace

Dataset load_csv(const Config& options, const DataFolders&, std::uint64_t seed) {
  const auto file = file_name(options);
  const bool series = options.has("windows");
  TORCH_CHECK_VALUE(!series || options.one_of("missing", {"error", "drop", "median"}) != "drop", file,
                    ": rows left out would tear the series of \"windows\"; set \"missing\": \"median\"");
  TORCH_CHECK_VALUE(!series || !options.has("split"), file,
                    ": \"windows\" are cut in the order of the rows; leave \"split\" out");
  const auto sources = read_sources(options);
  const auto roles = csv_roles(sources[0].table, options, file);
  const Features features(sources, roles);
  Dataset set;
  set.name = "csv";
  if (roles.classification) {
    set.classes = values_of(sources, roles.targets[0]);
    TORCH_CHECK_VALUE(set.classes.size() <= kMaxClasses, file, ": \"", roles.targets[0], "\" has ",
                      set.classes.size(), " different values, at most ", kMaxClasses,
                      " can be classes; is it a name or a note?");
    TORCH_CHECK_VALUE(set.classes.size() >= 2, file, ": all cells of \"", roles.targets[0],
                      "\" are alike; a classifier needs two classes at least");
  }
  auto parts = read_parts(sources, features, roles, set.classes, options);
  cut(parts, fractions_of(options, parts), series ? std::nullopt : std::optional(seed), file);
  if (options.one_of("missing", {"error", "drop", "median"}) == "median") fill_with_medians(parts, file);
  if (series) make_windows(parts, options.integer("windows", 1, kMaxWindow), file);
  put_parts(std::move(parts), set);
  set.features = features.names();
  std::tie(set.mean, set.deviation) = input_statistics(set.train.inputs);
  return set;
}

namespace {

const Registered<DatasetEntry> kRegistered{
    {.name = "csv",
     .summary = "your own table: columns as features, targets, classes, or a time series",
     .defaults = own_file_defaults({{"target", nullptr},
                                    {"features", nullptr},
                                    {"ignore", Json::array()},
                                    {"categorical", Json::array()},
                                    {"split", nullptr},
                                    {"task", nullptr},
                                    {"missing", "error"},
                                    {"windows", nullptr},
                                    {"delimiter", nullptr},
                                    {"decimal", "."},
                                    {"header", true}}),
     .load = load_csv,
     .endings = {".csv", ".tsv"},
     .understand = understand_csv}};

}  // namespace
}  // namespace spinlab::datasets
