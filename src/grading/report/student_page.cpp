#include "src/grading/report/student_page.h"

#include <cstdio>

#include "src/core/escape.h"
#include "src/grading/gradebook/adjustments.h"
#include "src/grading/report/check_view.h"
#include "src/grading/report/page.h"
#include "src/judging/rules.h"

namespace spinlab::grading {
namespace {

std::string block(const std::string& text, const std::string& style = "") {
  return text.empty() ? "" : "<pre" + style + ">" + xml_escaped(text) + "</pre>";
}

/// Why a check did not pass; nothing where the code did not get that far, which the page says once.
std::string explanation(const CheckView& view) {
  if (!view.counts) return paragraph(view.message);
  if (view.outcome == judging::Outcome::kPassed) return "";
  if (view.outcome == judging::Outcome::kNotRun) return view.judged ? paragraph(view.message) : "";
  const bool of_all_functions = !judging::broken_rule({view.check.name, view.outcome, view.message}).empty();
  return block(view.message) +
         paragraph(view.check.hint.empty() || of_all_functions ? "" : "Hint: " + view.check.hint);
}

std::string check_row(const CheckView& view) {
  const auto hidden = view.check.hidden ? " <span class=\"tag\">hidden</span>" : "";
  const auto word = view.counts ? outcome_word(view.outcome) : coloured("none", "– not counted");
  const auto points =
      view.counts ? judging::points_text(view.earned) + " / " + judging::points_text(view.check.points) : "–";
  return "<tr><th scope=\"row\" class=\"name\">" + xml_escaped(view.check.title) + hidden +
         "<br><span class=\"soft id\">" + xml_escaped(view.check.name) + "</span>" +
         paragraph(seeds_rule(view.check)) + explanation(view) + "</th><td>" + word +
         "</td><td class=\"right\">" + points + "</td></tr>\n";
}

std::string layers_text(const Json& layers) {
  if (!layers.is_object() || layers.empty()) return "none recorded";
  std::string text;
  for (const auto& item : layers.items()) {
    const bool holds = item.value().is_object() && item.value().value("holds", false);
    text += (text.empty() ? "" : ", ") + item.key() + (holds ? "" : " (absent)");
  }
  return text;
}

std::string fact(const std::string& name, const std::string& text) {
  return "<dt>" + name + "</dt><dd>" + xml_escaped(text) + "</dd>\n";
}

std::string how_it_ran(const Grading& grading, const Grade& grade) {
  char seconds[96];
  std::snprintf(seconds, sizeof seconds, "%.1f s to compile, %.1f s to check", grade.report.compile_seconds,
                grade.report.check_seconds);
  auto text = fact("Handed in as", grade.entry) + fact("SHA-256", grade.key.source_sha256) +
              fact("Graded at", grade.graded_at) + fact("Took", seconds) +
              fact("Attempts", std::to_string(grade.attempts)) +
              fact("Sandbox", layers_text(grade.report.layers));
  if (grade.key.rubric_sha256 != grading.rubric_sha256)
    text += fact("Beware", "graded by another version of the assignment or with other checks");
  return "<h2>How it was graded</h2>\n<dl>" + text + "</dl>\n";
}

std::string neighbour(const Grading& grading, std::size_t index, const std::string& word) {
  if (index >= grading.grades.size()) return "";
  const auto& grade = grading.grades[index];
  return " <a href=\"../" + student_page_link(grade) + "\">" + word + ": <bdi>" +
         xml_escaped(grade.key.student) + "</bdi></a>";
}

std::string navigation(const Grading& grading, std::size_t index) {
  return "<nav aria-label=\"Students\"><a href=\"../index.html\">" +
         xml_escaped(assignment_title(grading.assignment)) + "</a>" +
         neighbour(grading, index - 1, "Before") + neighbour(grading, index + 1, "Next") + "</nav>\n";
}

/// What the points are the sum of, where the checks' are not all.
std::string breakdown(const Grade& grade) {
  return is_adjusted(grade.breakdown) ? paragraph(breakdown_text(grade.breakdown)) : "";
}

std::string check_table(const Grading& grading, const Grade& grade) {
  std::string rows;
  for (const auto& view : check_views(grading, grade)) rows += check_row(view);
  return html_table("The checks",
                    column_head("Check") + column_head("Outcome") + column_head("Points", "right"), rows);
}

}  // namespace

std::string student_page(const Grading& grading, std::size_t index) {
  const auto& grade = grading.grades[index];
  const auto points = grade.report.verdict == judging::Verdict::kInfrastructureFailure
                          ? "no result yet"
                          : points_of(grade) + " points";
  const auto body = navigation(grading, index) + "<main>\n<h1 class=\"name\"><bdi>" +
                    xml_escaped(grade.key.student) + "</bdi></h1>\n<p>" + verdict_word(grade.report.verdict) +
                    ", " + points + "</p>\n" + breakdown(grade) +
                    block(grade.report.detail, " class=\"code\" tabindex=\"0\"") + "<h2>The checks</h2>\n" +
                    check_table(grading, grade) + how_it_ran(grading, grade) + "</main>\n";
  return html_page(grade.key.student + " – " + grading.assignment.name, body);
}

std::string student_page_path(const Grade& grade) { return "students/" + grade.key.student + ".html"; }

std::string student_page_link(const Grade& grade) {
  return "students/" + url_segment(grade.key.student + ".html");
}

}  // namespace spinlab::grading
