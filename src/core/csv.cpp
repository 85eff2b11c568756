#include "src/core/csv.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <cctype>

#include "src/core/files.h"
#include "src/core/text_encoding.h"

namespace spinlab {
namespace {

/// One pass over the text, a cell at a time.
class Parser {
 public:
  Parser(std::string_view text, char delimiter, const CsvLimits& limits)
      : text_(text), delimiter_(delimiter), limits_(limits) {}

  bool done() const { return at_ >= text_.size(); }
  std::size_t line() const { return line_; }

  std::vector<std::string> row() {
    std::vector<std::string> cells;
    do {
      TORCH_CHECK_VALUE(cells.size() < limits_.columns, "line ", line_, " has over ", limits_.columns,
                        " cells");
      cells.push_back(peek() == '"' ? quoted_cell() : plain_cell());
    } while (take(delimiter_));
    end_line();
    return cells;
  }

 private:
  char peek() const { return done() ? '\n' : text_[at_]; }

  bool take(char expected) {
    if (done() || text_[at_] != expected) return false;
    ++at_;
    return true;
  }

  void end_line() {
    if (done()) return;
    if (take('\r'))
      take('\n');
    else
      TORCH_CHECK_VALUE(take('\n'), "line ", line_,
                        " goes on after a closing quote; double a quote that belongs to a cell");
    ++line_;
  }

  std::string plain_cell() {
    const auto begin = at_;
    while (!done() && peek() != delimiter_ && peek() != '\r' && peek() != '\n') {
      TORCH_CHECK_VALUE(peek() != '"', "line ", line_,
                        " has a quote inside a cell without quotes; quote the cell and double the quote");
      ++at_;
    }
    return std::string(text_.substr(begin, at_ - begin));
  }

  std::string quoted_cell() {
    const auto opened = line_;
    std::string cell;
    for (++at_; !done(); ++at_) {
      if (take('"') && peek() != '"') return cell;
      line_ += text_[at_] == '\n';
      cell += text_[at_];
    }
    TORCH_CHECK_VALUE(false, "line ", opened, " opens a quote that is never closed");
  }

  std::string_view text_;
  char delimiter_;
  const CsvLimits& limits_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

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

void add_row(Csv& csv, std::vector<std::string> cells, std::size_t line, const CsvLimits& limits) {
  if (blank_row(cells)) return;
  if (csv.header.empty()) {
    csv.header = std::move(cells);
    return;
  }
  TORCH_CHECK_VALUE(cells.size() == csv.header.size(), "line ", line, " has ", cells.size(),
                    " cells, the header has ", csv.header.size());
  TORCH_CHECK_VALUE(csv.rows.size() < limits.rows, "has over ", limits.rows, " rows");
  csv.rows.push_back(std::move(cells));
  csv.lines.push_back(line);
}

Csv parse(std::string_view bytes, const CsvLimits& limits) {
  TORCH_CHECK_VALUE(bytes.size() <= limits.bytes, "has ", bytes.size(), " bytes, at most ", limits.bytes,
                    " are read");
  const auto decoded = decode_text(bytes);
  TORCH_CHECK_VALUE(decoded.text.find('\0') == std::string::npos,
                    "is not text; save the table as CSV in UTF-8 (a workbook has to be exported)");
  Csv csv;
  csv.encoding = decoded.encoding;
  csv.byte_order_mark = decoded.byte_order_mark;
  csv.delimiter = delimiter_of(decoded.text);
  Parser parser(decoded.text, csv.delimiter, limits);
  while (!parser.done()) {
    const auto line = parser.line();
    add_row(csv, parser.row(), line, limits);
  }
  TORCH_CHECK_VALUE(!csv.header.empty(), "is empty; expected a line of column names, then a row a student");
  return csv;
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

Csv parse_csv(std::string_view bytes, const std::string& name, const CsvLimits& limits) {
  try {
    return parse(bytes, limits);
  } catch (const c10::ValueError& error) {
    TORCH_CHECK_VALUE(false, name, ": ", error.what_without_backtrace());
  }
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
