#include "src/grading/lms/grade_column.h"

#include <c10/util/Exception.h>

#include <cctype>
#include <charconv>
#include <cmath>
#include <optional>

#include "src/core/escape.h"

namespace spinlab::grading {
namespace {

constexpr std::size_t kListed = 8;

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

/// "Regression (1234)" and "Assignment: Regression (Real)" without their last bracket.
std::string without_bracket(const std::string& text) {
  const auto bracket = text.rfind(" (");
  return bracket == text.npos || text.back() != ')' ? text : text.substr(0, bracket);
}

bool fits(const std::string& header, const judging::Assignment& assignment, const std::string& column) {
  const auto name = lower(without_bracket(header));
  if (!column.empty()) return lower(header) == lower(column) || name == lower(column);
  const auto topic = assignment.name.substr(assignment.name.find('-') + 1);
  return name.find(lower(assignment.title)) != name.npos || name.find(lower(topic)) != name.npos;
}

std::string listed(const Csv& csv, const std::vector<std::size_t>& choices) {
  std::string text;
  for (std::size_t i = 0; i < choices.size() && i < kListed; ++i)
    text += (i == 0 ? "" : ", ") + one_line(csv.header[choices[i]], 60);
  return choices.empty() ? "none" : text + (choices.size() > kListed ? ", …" : "");
}

}  // namespace

std::optional<double> points_from(const std::string& text) {
  auto digits = text;
  if (const auto comma = digits.find(','); comma != digits.npos) digits[comma] = '.';
  double points = 0;
  const auto* end = digits.data() + digits.size();
  const auto [stopped, error] = std::from_chars(digits.data(), end, points, std::chars_format::fixed);
  if (error != std::errc() || stopped != end || !std::isfinite(points)) return std::nullopt;
  return points;
}

std::size_t grade_column(const Csv& csv, const std::vector<std::size_t>& choices,
                         const judging::Assignment& assignment, const std::string& column) {
  std::vector<std::size_t> fitting;
  for (const auto choice : choices) {
    if (fits(csv.header[choice], assignment, column)) fitting.push_back(choice);
  }
  TORCH_CHECK_VALUE(fitting.size() == 1,
                    fitting.empty() ? "no column is that of " : "several columns could be that of ",
                    column.empty() ? assignment.title : column,
                    "; give --column one of: ", listed(csv, fitting.empty() ? choices : fitting));
  return fitting.front();
}

}  // namespace spinlab::grading
