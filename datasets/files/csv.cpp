#include "datasets/files/csv.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace spinlab::datasets {
namespace {

constexpr std::size_t kMaxBytes = 16 << 20;

std::vector<std::string_view> split_fields(std::string_view line) {
  std::vector<std::string_view> fields;
  for (std::size_t start = 0;;) {
    const auto comma = line.find(',', start);
    fields.push_back(line.substr(start, comma - start));
    if (comma == std::string_view::npos) return fields;
    start = comma + 1;
  }
}

}  // namespace

CsvReader::CsvReader(const std::filesystem::path& file, std::size_t columns, const std::string& remedy)
    : file_(file, remedy), columns_(columns), text_(file_.read_rest(kMaxBytes)) {}

bool CsvReader::next() {
  std::string_view line;
  do {
    if (position_ >= text_.size()) return false;
    const auto end = std::min(text_.find('\n', position_), text_.size());
    line = std::string_view(text_).substr(position_, end - position_);
    if (line.ends_with('\r')) line.remove_suffix(1);
    position_ = end + 1;
    ++line_;
  } while (line.empty());
  fields_ = split_fields(line);
  if (fields_.size() != columns_) {
    fail(std::to_string(fields_.size()) + " fields, " + std::to_string(columns_) + " are expected");
  }
  return true;
}

double CsvReader::number(std::size_t column) const {
  double value = 0;
  if (!parse_number(fields_[column], value)) {
    fail("field " + std::to_string(column + 1) + " is not a number: \"" +
         std::string(fields_[column].substr(0, 40)) + "\"");
  }
  return value;
}

void CsvReader::fail(const std::string& what) const {
  file_.fail("line " + std::to_string(line_) + ": " + what);
}

bool parse_number(std::string_view text, double& number) {
  const auto* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stopped == end && std::isfinite(number);
}

}  // namespace spinlab::datasets
