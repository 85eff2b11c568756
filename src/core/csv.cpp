#include "src/core/csv.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <cctype>

#include "src/core/files.h"
#include "src/core/text_encoding.h"

namespace spinlab {
namespace {

/// Of the three that spreadsheets use, the one that the first line has most of outside quotes.
char delimiter_of(std::string_view text) {
  constexpr std::string_view kDelimiters = ",;\t";
  std::size_t counts[kDelimiters.size()] = {};
  bool quoted = false;
  for (const char c : text) {
    quoted ^= c == '"';
    if (!quoted && (c == '\n' || c == '\r')) break;
    const auto which = quoted ? std::string_view::npos : kDelimiters.find(c);
    if (which != std::string_view::npos) ++counts[which];
  }
  return kDelimiters[static_cast<std::size_t>(std::max_element(counts, counts + kDelimiters.size()) -
                                              counts)];
}

bool blank(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isspace(c) != 0; });
}

bool blank_row(const std::vector<std::string>& cells) {
  return std::all_of(cells.begin(), cells.end(), blank);
}

std::string folded(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos) return "";
  std::string name(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
  for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return name;
}

}  // namespace

std::size_t Csv::column(const std::vector<std::string>& names) const {
  for (const auto& name : names) {
    auto found = npos;
    for (std::size_t i = 0; i < header.size(); ++i) {
      if (folded(header[i]) != folded(name)) continue;
      TORCH_CHECK_VALUE(found == npos, "two columns are called ", name, "; rename one");
      found = i;
    }
    if (found != npos) return found;
  }
  return npos;
}

CsvRows::CsvRows(std::string_view bytes, std::string name, const CsvLimits& limits, char delimiter)
    : name_(std::move(name)), limits_(limits) {
  TORCH_CHECK_VALUE(bytes.size() <= limits.bytes, name_, ": has ", bytes.size(), " bytes, at most ",
                    limits.bytes, " are read");
  try {
    auto decoded = decode_text(bytes);
    text_ = std::move(decoded.text);
    encoding_ = decoded.encoding;
    byte_order_mark_ = decoded.byte_order_mark;
  } catch (const c10::ValueError& error) {
    TORCH_CHECK_VALUE(false, name_, ": ", error.what_without_backtrace());
  }
  TORCH_CHECK_VALUE(text_.find('\0') == std::string::npos, name_,
                    ": is not text; save the table as CSV in UTF-8 (a workbook has to be exported)");
  delimiter_ = delimiter != 0 ? delimiter : delimiter_of(text_);
}

void CsvRows::rewind() {
  at_ = width_ = rows_ = 0;
  line_ = 1;
}

bool CsvRows::next() {
  do {
    if (done()) return false;
    row_line_ = line_;
    read_row();
  } while (blank_row(cells_));
  if (width_ == 0) {
    width_ = cells_.size();
    return true;
  }
  TORCH_CHECK_VALUE(cells_.size() == width_, name_, ": line ", row_line_, " has ", cells_.size(),
                    " cells, the header has ", width_);
  TORCH_CHECK_VALUE(rows_++ < limits_.rows, name_, ": has over ", limits_.rows, " rows");
  return true;
}

bool CsvRows::take(char expected) {
  if (done() || text_[at_] != expected) return false;
  ++at_;
  return true;
}

void CsvRows::read_row() {
  std::size_t count = 0;
  do {
    TORCH_CHECK_VALUE(count < limits_.columns, name_, ": line ", line_, " has over ", limits_.columns,
                      " cells");
    if (count == cells_.size()) cells_.emplace_back();
    auto& cell = cells_[count++];
    cell.clear();
    if (peek() == '"')
      quoted_cell(cell);
    else
      plain_cell(cell);
  } while (take(delimiter_));
  cells_.resize(count);
  end_line();
}

void CsvRows::end_line() {
  if (done()) return;
  if (take('\r'))
    take('\n');
  else
    TORCH_CHECK_VALUE(take('\n'), name_, ": line ", line_,
                      " goes on after a closing quote; double a quote that belongs to a cell");
  ++line_;
}

void CsvRows::plain_cell(std::string& cell) {
  const auto begin = at_;
  while (!done() && peek() != delimiter_ && peek() != '\r' && peek() != '\n') {
    TORCH_CHECK_VALUE(peek() != '"', name_, ": line ", line_,
                      " has a quote inside a cell without quotes; quote the cell and double the quote");
    ++at_;
  }
  cell.assign(text_, begin, at_ - begin);
}

void CsvRows::quoted_cell(std::string& cell) {
  const auto opened = line_;
  for (++at_; !done(); ++at_) {
    if (take('"') && peek() != '"') return;
    line_ += text_[at_] == '\n';
    cell += text_[at_];
  }
  TORCH_CHECK_VALUE(false, name_, ": line ", opened, " opens a quote that is never closed");
}

Csv parse_csv(std::string_view bytes, const std::string& name, const CsvLimits& limits) {
  CsvRows rows(bytes, name, limits);
  TORCH_CHECK_VALUE(rows.next(), name, ": is empty; expected a line of column names, then a row a student");
  Csv csv;
  csv.encoding = rows.encoding();
  csv.byte_order_mark = rows.byte_order_mark();
  csv.delimiter = rows.delimiter();
  csv.header = rows.cells();
  while (rows.next()) {
    csv.rows.push_back(rows.cells());
    csv.lines.push_back(rows.line());
  }
  return csv;
}

Csv read_csv(const std::filesystem::path& file, const CsvLimits& limits) {
  return parse_csv(read_file(file, limits.bytes), file.string(), limits);
}

std::string csv_quoted(std::string_view cell, char delimiter) {
  if (cell.find_first_of("\"\r\n") == cell.npos && cell.find(delimiter) == cell.npos)
    return std::string(cell);
  std::string quoted = "\"";
  for (const char c : cell) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + '"';
}

std::string csv_line(const std::vector<std::string>& cells, char delimiter) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i)
    line += (i == 0 ? "" : std::string(1, delimiter)) + csv_quoted(cells[i], delimiter);
  return line + "\r\n";
}

}  // namespace spinlab
