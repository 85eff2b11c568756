#include "src/grading/report/html_report.h"

#include <algorithm>
#include <cstdio>
#include <map>

#include "src/grading/report/check_view.h"
#include "src/grading/report/escape.h"
#include "src/grading/report/histogram.h"
#include "src/grading/report/html_style.h"
#include "src/grading/report/student_section.h"

namespace spinlab::grading {
namespace {

bool has_result(const Grade& grade) { return grade.report.verdict != Verdict::kInfrastructureFailure; }

std::vector<double> shares(const Grading& grading) {
  std::vector<double> result;
  for (const auto& grade : grading.grades) {
    if (has_result(grade) && grade.score.maximum > 0)
      result.push_back(grade.score.earned / grade.score.maximum);
  }
  std::sort(result.begin(), result.end());
  return result;
}

double median(const std::vector<double>& sorted) {
  const auto middle = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

std::string percent(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.0f %%", 100 * share);
  return text;
}

std::string verdict_counts(const Grading& grading) {
  std::map<Verdict, int> counts;
  for (const auto& grade : grading.grades) ++counts[grade.report.verdict];
  std::string text;
  for (const auto& [verdict, count] : counts) {
    text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + to_string(verdict);
  }
  return text;
}

std::string head(const Grading& grading) {
  const auto title = xml_escaped(grading.assignment.name + ": " + grading.assignment.title);
  return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
         "'unsafe-inline'\">"
         "<title>" +
         title + "</title><style>" + kReportStyle + "</style></head><body><h1>" + title + "</h1>\n";
}

std::string summary(const Grading& grading) {
  const auto sorted = shares(grading);
  auto text =
      "<p>" + std::to_string(grading.grades.size()) + " submissions: " + verdict_counts(grading) + ".</p>\n";
  if (!sorted.empty()) {
    text += "<p>Median " + percent(median(sorted)) + ", from " + percent(sorted.front()) + " to " +
            percent(sorted.back()) + " of the points.</p>\n";
  }
  for (const auto& left : grading.rubric.left_out) {
    text += "<p class=\"warn\">Not counted: " + xml_escaped(left.check.title) + " (" +
            xml_escaped(left.reason) + ").</p>\n";
  }
  return text;
}

std::string dots(const Grading& grading, const Grade& grade) {
  std::string text;
  for (const auto& view : check_views(grading, grade)) {
    text += "<span class=\"" + outcome_class(view.outcome) + "\" title=\"" + xml_escaped(view.check.title) +
            ": " + to_string(view.outcome) + "\">" + outcome_sign(view.outcome) + "</span>";
  }
  return text;
}

std::string class_row(const Grading& grading, const Grade& grade) {
  const auto points = has_result(grade) ? points_text(grade.score.earned) : std::string("–");
  return "<tr><td class=\"name\"><a href=\"#" + student_anchor(grade) + "\">" +
         xml_escaped(grade.key.student) + "</a></td><td>" + verdict_word(grade.report.verdict) +
         "</td><td class=\"right\">" + points + " / " + points_text(grade.score.maximum) +
         "</td><td class=\"dots wide\">" + dots(grading, grade) + "</td></tr>\n";
}

std::string class_table(const Grading& grading) {
  std::string text =
      "<h2>The class</h2>\n<div class=\"scroll\"><table><thead><tr><th>Student</th><th>Result</th>"
      "<th class=\"right\">Points</th><th class=\"wide\">Checks</th></tr></thead><tbody>\n";
  for (const auto& grade : grading.grades) text += class_row(grading, grade);
  return text + "</tbody></table></div>\n";
}

/// Passed and counted, over the class.
std::pair<int, int> passes(const Grading& grading, size_t check) {
  std::pair<int, int> count{0, 0};
  for (const auto& grade : grading.grades) {
    const auto view = check_views(grading, grade)[check];
    count.first += view.outcome == Outcome::kPassed;
    count.second += view.counts && has_result(grade);
  }
  return count;
}

std::string check_row(const Grading& grading, size_t index) {
  const auto& check = grading.assignment.checks[index];
  const auto [passed, counted] = passes(grading, index);
  const auto number = std::to_string(passed);
  const auto meter =
      "<meter max=\"" + std::to_string(counted) + "\" value=\"" + number + "\">" + number + "</meter>";
  return "<tr><td class=\"name\">" + xml_escaped(check.title) +
         (check.hidden ? " <span class=\"tag\">hidden</span>" : "") + "<br><span class=\"soft\">" +
         xml_escaped(check.name) + "</span></td><td class=\"right\">" + points_text(check.points) +
         "</td><td class=\"right\">" +
         (counted == 0 ? "not counted" : number + " of " + std::to_string(counted)) +
         "</td><td class=\"wide\">" + (counted == 0 ? "" : meter) + "</td></tr>\n";
}

std::string check_table(const Grading& grading) {
  std::string text =
      "<h2>The checks</h2>\n<div class=\"scroll\"><table><thead><tr><th>Check</th><th "
      "class=\"right\">Points</th>"
      "<th class=\"right\">Passed by</th><th class=\"wide\"></th></tr></thead><tbody>\n";
  for (size_t i = 0; i < grading.assignment.checks.size(); ++i) text += check_row(grading, i);
  return text + "</tbody></table></div>\n";
}

}  // namespace

std::string html_report(const Grading& grading) {
  auto text = head(grading) + summary(grading);
  const auto all = shares(grading);
  if (!all.empty()) text += "<h2>Points in percent of the maximum</h2>\n" + histogram_svg(all) + "\n";
  text += class_table(grading) + check_table(grading) + "<h2>The students</h2>\n";
  for (const auto& grade : grading.grades) text += student_section(grading, grade);
  return text + "</body></html>\n";
}

}  // namespace spinlab::grading
