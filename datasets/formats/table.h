#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <unordered_map>
#include <vector>

namespace spinlab::datasets {

/// One column of a table: numbers, or words where any cell is neither a number nor missing.
struct Column {
  std::string name;
  /// float64 (n), NaN where missing; of words int64 (n) into `words`, -1 where missing.
  at::Tensor values;
  /// The distinct words, sorted by their bytes; empty for numbers.
  std::vector<std::string> words;
  std::vector<int64_t> word_lines;  // where each stands first
  int64_t missing = 0;
  int64_t missing_line = 0;  // of the first missing cell
  int64_t word_line = 0;     // of the first cell that is no number, and its text
  std::string word;

  bool is_text() const { return !words.empty(); }
};

struct TableFormat {
  char delimiter = 0;  // 0: the one of , ; and tab that the first line has most of
  char decimal = '.';  // or ','
  bool header = true;  // without one the columns are called c1, c2, …
};

struct Table {
  std::vector<Column> columns;
  int64_t rows = 0;

  std::vector<std::string> names() const;
  /// nullptr where there is none of that name.
  const Column* find(const std::string& name) const;

 private:
  mutable std::unordered_map<std::string, std::size_t> places_;  // made at the first search
};

/// A CSV file (src/core/csv.h), plain, .gz or .xz, of any number of rows and up to 100,000 columns. Spaces
/// around a cell do not count. Missing are empty cells and NA, N/A, #N/A, NaN, null, None and ? in upper or
/// lower case. Takes at most twice the text's size and 8 bytes a cell. Throws c10::ValueError with file and
/// line: what parse_csv refuses, no rows, an infinite number, two columns of one name, a header of numbers
/// alone, text that is out of proportion to the file (justified_bytes).
Table read_table(const std::filesystem::path& file, const TableFormat& format);

}  // namespace spinlab::datasets
