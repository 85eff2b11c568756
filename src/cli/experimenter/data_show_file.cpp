#include "src/cli/experimenter/data_show_file.h"

#include <ostream>

namespace spinlab::cli {
namespace {

constexpr std::size_t kShownRows = 60;

std::string word(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

/// "price  target  number  range [0.5, 7.0]": the first values by themselves, the others with their names.
void print_row(const Json& row, std::ostream& out) {
  out << "  ";
  bool first = true;
  for (const auto& item : row.items()) {
    const auto& key = item.key();
    const bool named = key != "column" && key != "array" && key != "role" && key != "type";
    out << (first ? "" : "  ") << (named ? key + " " : "") << word(item.value());
    first = false;
  }
  out << '\n';
}

void print_rows(const Json& rows, std::ostream& out) {
  for (std::size_t i = 0; i < rows.size() && i < kShownRows; ++i) print_row(rows[i], out);
  if (rows.size() > kShownRows) out << "  … " << rows.size() - kShownRows << " more\n";
}

void print_members(const Json& object, std::ostream& out) {
  for (const auto& item : object.items()) out << "  " << item.key() << "  " << word(item.value()) << '\n';
}

}  // namespace

void print_understood(const Json& understood, std::ostream& out) {
  for (const auto& item : understood.items()) {
    const auto& value = item.value();
    if (item.key() == "data") continue;
    out << item.key() << (value.is_structured() ? ":\n" : "  ");
    if (value.is_array() && !value.empty() && value[0].is_object())
      print_rows(value, out);
    else if (value.is_object())
      print_members(value, out);
    else
      out << (value.is_structured() ? "  " : "") << word(value) << '\n';
  }
  out << "for a recipe:\n  \"data\": " << understood.at("data").dump() << '\n';
}

}  // namespace spinlab::cli
