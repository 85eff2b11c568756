#include "src/grading/report/class_page.h"

#include <algorithm>
#include <map>

#include "src/grading/report/check_view.h"
#include "src/core/escape.h"
#include "src/grading/report/histogram.h"
#include "src/grading/report/page.h"
#include "src/grading/report/student_page.h"

namespace spinlab::grading {
namespace {

using Views = std::vector<std::vector<CheckView>>;  // a student, a check

Views all_views(const Grading& grading) {
  Views views;
  for (const auto& grade : grading.grades) views.push_back(check_views(grading, grade));
  return views;
}

std::vector<double> sorted_shares(const Grading& grading) {
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

std::string verdict_counts(const Grading& grading) {
  std::map<judging::Verdict, int> counts;
  for (const auto& grade : grading.grades) ++counts[grade.report.verdict];
  std::string text;
  for (const auto& [verdict, count] : counts)
    text += (text.empty() ? ": " : ", ") + std::to_string(count) + " " + to_string(verdict);
  return text;
}

std::string summary(const Grading& grading, const std::vector<double>& shares) {
  const auto students = grading.grades.size();
  auto text = "<p>" + std::to_string(students) + (students == 1 ? " submission" : " submissions") +
              verdict_counts(grading) + ".</p>\n";
  if (!shares.empty()) {
    text += "<p>Median " + judging::percent(median(shares)) + ", from " + judging::percent(shares.front()) + " to " +
            judging::percent(shares.back()) + " of the points.</p>\n";
  }
  for (const auto& left : grading.rubric.left_out) {
    text += "<p class=\"warn\">Not counted: " + xml_escaped(left.check.title) + " (" +
            xml_escaped(left.reason) + ").</p>\n";
  }
  return text;
}

constexpr size_t kChecksInSight = 10;

/// How a check went, over the submissions that were graded: one that does not compile says nothing of a check,
/// but its answers count.
struct Tally {
  const judging::CheckInfo* check = nullptr;
  int counted = 0;
  int passed = 0;
  std::map<judging::Outcome, int> others;

  int failures() const { return counted - passed; }
};

/// From the check that most students fail down, and from the dearer one where as many fail two.
std::vector<Tally> tallies(const Grading& grading, const Views& views) {
  std::vector<Tally> result(grading.assignment.checks.size());
  for (size_t i = 0; i < result.size(); ++i) {
    result[i].check = &grading.assignment.checks[i];
    for (size_t student = 0; student < views.size(); ++student) {
      const auto& view = views[student][i];
      if (!view.counts || !view.judged) continue;
      ++result[i].counted;
      if (view.outcome == judging::Outcome::kPassed)
        ++result[i].passed;
      else
        ++result[i].others[view.outcome];
    }
  }
  std::stable_sort(result.begin(), result.end(), [](const Tally& a, const Tally& b) {
    return std::pair(a.failures(), a.check->points) > std::pair(b.failures(), b.check->points);
  });
  return result;
}

/// "3 crashed, 1 timed out": what is not a plain failure.
std::string unusual(const Tally& tally) {
  std::string text;
  for (const auto& [outcome, count] : tally.others) {
    if (outcome != judging::Outcome::kFailed)
      text += (text.empty() ? "<br><span class=\"soft\">" : ", ") + std::to_string(count) + " " +
              to_string(outcome);
  }
  return text.empty() ? "" : text + "</span>";
}

std::string meter(const Tally& tally) {
  const auto most = std::to_string(tally.counted);
  const auto failures = std::to_string(tally.failures());
  return "<meter max=\"" + most + "\" low=\"" + std::to_string(0.25 * tally.counted) + "\" high=\"" +
         std::to_string(0.5 * tally.counted) + "\" optimum=\"0\" value=\"" + failures + "\">" + failures +
         " of " + most + "</meter>";
}

std::string tally_row(const Tally& tally) {
  const auto& check = *tally.check;
  const auto count = std::to_string(tally.failures()) + " of " + std::to_string(tally.counted);
  return "<tr><th scope=\"row\" class=\"name\">" + xml_escaped(check.title) +
         (check.hidden ? " <span class=\"tag\">hidden</span>" : "") + "<br><span class=\"soft id\">" +
         xml_escaped(check.name) + "</span>" + paragraph(seeds_rule(check)) + "</th><td class=\"right\">" +
         judging::points_text(check.points) +
         "</td><td class=\"right\">" + (tally.counted == 0 ? "not counted" : count + unusual(tally)) +
         "</td><td class=\"wide\">" + (tally.counted == 0 ? "" : meter(tally)) + "</td></tr>\n";
}

std::string tally_table(const std::string& label, const std::vector<Tally>& all, size_t begin, size_t end) {
  std::string rows;
  for (size_t i = begin; i < end; ++i) rows += tally_row(all[i]);
  return html_table(label,
                    column_head("Check") + column_head("Points", "right") +
                        column_head("Failed by", "right") + column_head("Share", "wide"),
                    rows);
}

std::string check_section(const Grading& grading, const Views& views) {
  const auto all = tallies(grading, views);
  const auto in_sight = std::min(all.size(), kChecksInSight);
  auto text = "<h2>The checks that most students fail</h2>\n" +
              tally_table("The checks that most students fail", all, 0, in_sight);
  if (in_sight < all.size()) {
    text += "<details><summary>The other " + std::to_string(all.size() - in_sight) + " checks</summary>\n" +
            tally_table("The other checks", all, in_sight, all.size()) + "</details>\n";
  }
  return text;
}

std::string dots(const std::vector<CheckView>& views) {
  std::string text;
  int passed = 0;
  int counted = 0;
  for (const auto& view : views) {
    passed += view.counts && view.outcome == judging::Outcome::kPassed;
    counted += view.counts;
    text += "<span class=\"" + outcome_class(view.outcome) + "\" title=\"" + xml_escaped(view.check.title) +
            ": " + (view.counts ? to_string(view.outcome) : "not counted") + "\">" +
            outcome_sign(view.outcome) + "</span>";
  }
  return "<span role=\"img\" aria-label=\"" + std::to_string(passed) + " of " + std::to_string(counted) +
         " checks passed\">" + text + "</span>";
}

std::string student_row(const Grade& grade, const std::vector<CheckView>& views) {
  return "<tr><th scope=\"row\" class=\"name\"><a href=\"" + student_page_link(grade) + "\"><bdi>" +
         xml_escaped(grade.key.student) + "</bdi></a></th><td>" + verdict_word(grade.report.verdict) +
         "</td><td class=\"right\">" + points_of(grade) + "</td><td class=\"dots wide\">" + dots(views) +
         "</td></tr>\n";
}

std::string student_section(const Grading& grading, const Views& views) {
  std::string rows;
  for (size_t i = 0; i < views.size(); ++i) rows += student_row(grading.grades[i], views[i]);
  return "<h2>The students</h2>\n" +
         html_table("The students",
                    column_head("Student") + column_head("Result") + column_head("Points", "right") +
                        column_head("Checks", "wide"),
                    rows);
}

}  // namespace

std::string class_page(const Grading& grading) {
  const auto title = assignment_title(grading.assignment);
  const auto shares = sorted_shares(grading);
  const auto views = all_views(grading);
  auto body = "<main>\n<h1>" + xml_escaped(title) + "</h1>\n" + summary(grading, shares);
  if (!shares.empty()) body += "<h2>Points in percent of the maximum</h2>\n" + histogram_svg(shares) + "\n";
  return html_page(title,
                   body + check_section(grading, views) + student_section(grading, views) + "</main>\n");
}

}  // namespace spinlab::grading
