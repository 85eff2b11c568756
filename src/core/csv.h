#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace spinlab {

/// A table as a spreadsheet or an LMS wrote it: the header, then rows with as many cells. Every cell is valid
/// UTF-8.
struct Csv {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
  std::vector<std::size_t> lines;  // the line of the file that each row begins on, for messages
  char delimiter = ',';            // or ; or tab, whichever the header has most of
  std::string encoding = "UTF-8";  // what the bytes were: UTF-8, UTF-16LE, UTF-16BE or WINDOWS-1252
  bool byte_order_mark = false;

  /// The column of the first of `names` that the header has, upper and lower case alike, spaces around left
  /// out; npos where it has none. Throws c10::ValueError where two columns have that name.
  std::size_t column(const std::vector<std::string>& names) const;

  static constexpr auto npos = static_cast<std::size_t>(-1);
};

/// What a table of unknown origin may cost us.
struct CsvLimits {
  std::size_t bytes = std::size_t{16} << 20;
  std::size_t rows = 100'000;
  std::size_t columns = 1'000;
};

/// Parses RFC 4180: quotes, newlines in quoted cells, any of the three line endings. A byte order mark names
/// UTF-8 or UTF-16; without one it is UTF-8 where that is valid, else Windows-1252 (Latin-1 as Excel writes
/// it). Lines of nothing but delimiters and spaces are passed over. Throws c10::ValueError, one line that
/// begins with `name`, where it is no text, has no header, passes a limit, a quote is never closed or stands
/// inside a cell, or a row has more or fewer cells than the header.
Csv parse_csv(std::string_view bytes, const std::string& name, const CsvLimits& limits = {});

/// The same for a file.
Csv read_csv(const std::filesystem::path& file, const CsvLimits& limits = {});

/// A table row by row, for one whose cells would not fit in memory as a string each. What parse_csv says of
/// quotes, line endings, encodings, blank lines and errors holds here; that a row has as many cells as the
/// first is checked here too.
class CsvRows {
 public:
  /// delimiter: 0 for the one that the first line has most of.
  CsvRows(std::string_view bytes, std::string name, const CsvLimits& limits = {}, char delimiter = 0);

  /// Moves to the next row, the header being the first; false at the end.
  bool next();
  const std::vector<std::string>& cells() const { return cells_; }
  /// The line of the file that the row begins on.
  std::size_t line() const { return row_line_; }
  /// Back to before the first row.
  void rewind();
  char delimiter() const { return delimiter_; }
  const std::string& encoding() const { return encoding_; }
  bool byte_order_mark() const { return byte_order_mark_; }

 private:
  bool done() const { return at_ >= text_.size(); }
  char peek() const { return done() ? '\n' : text_[at_]; }
  bool take(char expected);
  void read_row();
  void plain_cell(std::string& cell);
  void quoted_cell(std::string& cell);
  void end_line();

  std::string text_, name_, encoding_;
  bool byte_order_mark_ = false;
  CsvLimits limits_;
  char delimiter_;
  std::size_t at_ = 0, line_ = 1, row_line_ = 1, width_ = 0, rows_ = 0;
  std::vector<std::string> cells_;
};

/// `cell` as it stands in a file, quoted where it must be.
std::string csv_quoted(std::string_view cell, char delimiter = ',');

/// A row with CR LF at its end. The cells are written as they are: for what a student wrote see not_a_formula
/// (src/core/escape.h).
std::string csv_line(const std::vector<std::string>& cells, char delimiter = ',');

}  // namespace spinlab
