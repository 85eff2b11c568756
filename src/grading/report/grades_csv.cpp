#include "src/grading/report/grades_csv.h"

#include <vector>

#include "src/core/csv.h"
#include "src/grading/report/check_view.h"
#include "src/core/escape.h"

namespace spinlab::grading {
namespace {

constexpr size_t kDetailBytes = 300;

std::string line(std::vector<std::string> cells) {
  for (auto& cell : cells) cell = not_a_formula(cell);
  return csv_line(cells);
}

std::vector<std::string> header(const judging::Assignment& assignment) {
  std::vector<std::string> cells{"student",   "verdict", "points", "max_points",
                                 "automatic", "manual",  "bonus",  "late"};
  for (const auto& check : assignment.checks) cells.push_back(check.name);
  for (const auto* name : {"seed", "graded_at", "detail"}) cells.push_back(name);
  return cells;
}

std::vector<std::string> row(const Grading& grading, const Grade& grade) {
  const bool none = grade.report.verdict == judging::Verdict::kInfrastructureFailure;
  std::vector<std::string> cells{grade.key.student, to_string(grade.report.verdict),
                                 none ? "" : judging::points_text(grade.score.earned),
                                 judging::points_text(grade.score.maximum)};
  const auto& parts = grade.breakdown;
  for (const auto points : {parts.automatic, parts.manual, parts.bonus, -parts.late})
    cells.push_back(none ? "" : judging::points_text(points));
  for (const auto& view : check_views(grading, grade))
    cells.push_back(view.counts && !none ? judging::points_text(view.earned) : "");
  cells.push_back(std::to_string(grade.key.seed));
  cells.push_back(grade.graded_at);
  cells.push_back(one_line(grade.report.detail, kDetailBytes));
  return cells;
}

}  // namespace

std::string grades_csv(const Grading& grading) {
  auto text = line(header(grading.assignment));
  for (const auto& grade : grading.grades) text += line(row(grading, grade));
  return text;
}

}  // namespace spinlab::grading
