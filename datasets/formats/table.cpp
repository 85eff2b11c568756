#include "datasets/formats/table.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <set>
#include <unordered_map>

#include "datasets/files/compressed_file.h"
#include "src/core/csv.h"

namespace spinlab::datasets {
namespace {

constexpr std::size_t kMaxColumns = 100'000, kMaxTextBytes = std::size_t{4} << 30;
constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool is_missing(std::string_view cell) {
  if (cell.empty() || cell == "?") return true;
  if (cell.size() < 2 || cell.size() > 4) return false;
  std::string low(cell);
  for (char& c : low) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return low == "na" || low == "n/a" || low == "#n/a" || low == "nan" || low == "null" || low == "none";
}

enum class Cell { kNumber, kMissing, kWord, kInfinite };

Cell parse(std::string_view text, char decimal, double& number) {
  std::string with_point;
  if (decimal != '.' && text.find(decimal) != text.npos) {
    with_point = text;
    std::replace(with_point.begin(), with_point.end(), decimal, '.');
    text = with_point;
  }
  if (text.starts_with('+')) text.remove_prefix(1);  // from_chars takes no plus sign
  const auto [stopped, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = !text.empty() && stopped == text.data() + text.size();
  if (whole && error == std::errc() && std::isfinite(number)) return Cell::kNumber;
  if (is_missing(text)) return Cell::kMissing;
  return whole ? Cell::kInfinite : Cell::kWord;
}

/// Numbers as long as no cell is a word.
struct Numbers {
  std::vector<double> values;
  bool text = false;
};

/// Words in the order in which they come.
struct Words {
  std::unordered_map<std::string, int64_t> numbers;
  std::vector<std::string> words;
  std::vector<int64_t> lines, codes;

  void add(std::string_view cell, int64_t line) {
    if (is_missing(cell)) return codes.push_back(-1);
    const auto [found, fresh] = numbers.try_emplace(std::string(cell), static_cast<int64_t>(words.size()));
    if (fresh) {
      words.emplace_back(cell);
      lines.push_back(line);
    }
    codes.push_back(found->second);
  }
};

class Reader {
 public:
  Reader(CsvRows& rows, std::string file, const TableFormat& format)
      : rows_(rows), file_(std::move(file)), format_(format) {}

  Table read() {
    begin();
    std::vector<Numbers> numbers(table_.columns.size());
    each_row([&] { read_numbers(numbers); });
    TORCH_CHECK_VALUE(table_.rows > 0, file_, ": has a header and no rows");
    std::vector<Words> words(table_.columns.size());
    const auto is_text = [](const Numbers& column) { return column.text; };
    if (std::any_of(numbers.begin(), numbers.end(), is_text)) each_row([&] { read_words(numbers, words); });
    for (std::size_t i = 0; i < numbers.size(); ++i) finish(table_.columns[i], numbers[i], words[i]);
    return std::move(table_);
  }

 private:
  /// Names the columns.
  void begin() {
    TORCH_CHECK_VALUE(rows_.next(), file_, ": is empty; expected a line of column names, then rows");
    const auto& first = rows_.cells();
    table_.columns.resize(first.size());
    for (std::size_t i = 0; i < first.size(); ++i)
      table_.columns[i].name = format_.header ? std::string(trimmed(first[i])) : "c" + std::to_string(i + 1);
    if (format_.header) check_header();
  }

  void check_header() const {
    double ignored = 0;
    const auto number = [&](const Column& c) {
      return parse(c.name, format_.decimal, ignored) == Cell::kNumber;
    };
    TORCH_CHECK_VALUE(
        !std::all_of(table_.columns.begin(), table_.columns.end(), number), file_,
        ": its first line holds numbers and no column names; add a line of names, or set \"header\": false");
    std::set<std::string> seen;
    for (const auto& column : table_.columns) {
      TORCH_CHECK_VALUE(!column.name.empty(), file_, ": column ", seen.size() + 1,
                        " has no name; give it one in line ", rows_.line());
      TORCH_CHECK_VALUE(seen.insert(column.name).second, file_, ": two columns are called \"", column.name,
                        "\"; rename one in line ", rows_.line());
    }
  }

  template <typename Body>
  void each_row(const Body& body) {
    rows_.rewind();
    if (format_.header) rows_.next();
    table_.rows = 0;
    for (; rows_.next(); ++table_.rows) body();
  }

  void read_numbers(std::vector<Numbers>& columns) {
    const auto& cells = rows_.cells();
    for (std::size_t i = 0; i < cells.size(); ++i) {
      double number = kMissing;
      const auto kind = parse(trimmed(cells[i]), format_.decimal, number);
      if (kind == Cell::kMissing) note_missing(table_.columns[i]);
      if (kind == Cell::kWord && !columns[i].text) note_word(table_.columns[i], columns[i], cells[i]);
      TORCH_CHECK_VALUE(kind != Cell::kInfinite || columns[i].text, file_, ": line ", rows_.line(),
                        ", column \"", table_.columns[i].name, "\": ", cells[i],
                        " is infinite, or too large for a number; mend the cell");
      if (!columns[i].text) columns[i].values.push_back(kind == Cell::kNumber ? number : kMissing);
    }
  }

  void note_missing(Column& column) const {
    if (column.missing++ == 0) column.missing_line = static_cast<int64_t>(rows_.line());
  }

  void note_word(Column& column, Numbers& numbers, const std::string& cell) const {
    numbers = {{}, true};
    column.word_line = static_cast<int64_t>(rows_.line());
    column.word = trimmed(cell);
  }

  void read_words(const std::vector<Numbers>& numbers, std::vector<Words>& words) {
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      if (numbers[i].text) words[i].add(trimmed(rows_.cells()[i]), static_cast<int64_t>(rows_.line()));
    }
  }

  static void finish(Column& column, Numbers& numbers, Words& words) {
    if (!numbers.text) {
      column.values = at::tensor(numbers.values, at::kDouble);
      numbers.values = {};
      return;
    }
    std::vector<int64_t> order(words.words.size()), rank(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int64_t>(i);
    std::sort(order.begin(), order.end(),
              [&](int64_t a, int64_t b) { return words.words[a] < words.words[b]; });
    for (std::size_t i = 0; i < order.size(); ++i) {
      rank[order[i]] = static_cast<int64_t>(i);
      column.words.push_back(words.words[order[i]]);
      column.word_lines.push_back(words.lines[order[i]]);
    }
    for (auto& code : words.codes) code = code < 0 ? code : rank[code];
    column.values = at::tensor(words.codes, at::kLong);
    words = {};
  }

  CsvRows& rows_;
  std::string file_;
  TableFormat format_;
  Table table_;
};

}  // namespace

std::vector<std::string> Table::names() const {
  std::vector<std::string> all;
  for (const auto& column : columns) all.push_back(column.name);
  return all;
}

const Column* Table::find(const std::string& name) const {
  if (places_.size() != columns.size()) {
    places_.clear();
    for (std::size_t i = 0; i < columns.size(); ++i) places_[columns[i].name] = i;
  }
  const auto found = places_.find(name);
  return found == places_.end() ? nullptr : &columns[found->second];
}

Table read_table(const std::filesystem::path& file, const TableFormat& format) {
  const auto most = std::min<std::uint64_t>(justified_bytes(file), kMaxTextBytes);
  CsvLimits limits;
  limits.bytes = most;
  limits.rows = std::numeric_limits<std::size_t>::max();
  limits.columns = kMaxColumns;
  CompressedFile in(file, "check what wrote it, or save it unpacked");
  CsvRows rows(in.read_rest(most), file.string(), limits, format.delimiter);
  return Reader(rows, file.string(), format).read();
}

}  // namespace spinlab::datasets
