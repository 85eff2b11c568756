#include "src/grading/report/table.h"

#include <algorithm>

#include "src/core/escape.h"

namespace spinlab::grading {
namespace {

constexpr size_t kDetailBytes = 70;

/// Characters, which is what a terminal counts for the scripts at hand.
size_t width(const std::string& text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](unsigned char c) { return (c & 0xC0) != 0x80; }));
}

std::vector<size_t> widths(const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> result;
  for (const auto& row : rows) {
    result.resize(std::max(result.size(), row.size()), 0);
    for (size_t i = 0; i < row.size(); ++i) result[i] = std::max(result[i], width(row[i]));
  }
  return result;
}

}  // namespace

std::string columns(const std::vector<std::vector<std::string>>& rows, const std::vector<bool>& right) {
  const auto wide = widths(rows);
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      const std::string pad(wide[i] - width(row[i]), ' ');
      line += (i == 0 ? "" : "  ") + (i < right.size() && right[i] ? pad + row[i] : row[i] + pad);
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
  }
  return text;
}

std::string grades_table(const Grading& grading) {
  std::vector<std::vector<std::string>> rows{{"student", "result", "points", ""}};
  for (const auto& grade : grading.grades) {
    const bool none = grade.report.verdict == judging::Verdict::kInfrastructureFailure;
    const auto points =
        none ? "–" : judging::points_text(grade.score.earned) + " / " + judging::points_text(grade.score.maximum);
    const auto first_line = grade.report.detail.substr(0, grade.report.detail.find('\n'));
    rows.push_back(
        {grade.key.student, to_string(grade.report.verdict), points, one_line(first_line, kDetailBytes)});
  }
  return columns(rows, {false, false, true, false});
}

}  // namespace spinlab::grading
