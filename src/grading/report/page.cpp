#include "src/grading/report/page.h"

#include "src/core/escape.h"
#include "src/grading/report/html_style.h"

namespace spinlab::grading {

std::string html_page(const std::string& title, const std::string& body, const std::string& more_style) {
  return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
         "'unsafe-inline'; "
         "base-uri 'none'; form-action 'none'\">"
         "<title>" +
         xml_escaped(title) + "</title><style>" + kReportStyle + more_style + "</style></head><body>\n" + body +
         "</body></html>\n";
}

std::string html_table(const std::string& label, const std::string& head, const std::string& rows) {
  return "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"" + xml_escaped(label) +
         "\"><table><thead><tr>" + head + "</tr></thead><tbody>\n" + rows + "</tbody></table></div>\n";
}

std::string column_head(const std::string& text, const std::string& style) {
  return "<th scope=\"col\"" + (style.empty() ? "" : " class=\"" + style + "\"") + ">" + text + "</th>";
}

std::string paragraph(const std::string& text) {
  return text.empty() ? "" : "<p class=\"soft\">" + xml_escaped(text) + "</p>";
}

std::string assignment_title(const judging::Assignment& assignment) {
  return assignment.name + ": " + assignment.title;
}

std::string coloured(const std::string& style, const std::string& text) {
  return "<span class=\"word " + style + "\">" + text + "</span>";
}

std::string outcome_class(judging::Outcome outcome) {
  switch (outcome) {
    case judging::Outcome::kPassed:
      return "pass";
    case judging::Outcome::kFailed:
      return "fail";
    case judging::Outcome::kNotRun:
      return "none";
    default:
      return "warn";
  }
}

std::string outcome_sign(judging::Outcome outcome) {
  switch (outcome) {
    case judging::Outcome::kPassed:
      return "✓";
    case judging::Outcome::kFailed:
      return "✗";
    case judging::Outcome::kNotRun:
      return "·";
    default:
      return "!";
  }
}

std::string outcome_word(judging::Outcome outcome) {
  return coloured(outcome_class(outcome), outcome_sign(outcome) + " " + to_string(outcome));
}

std::string verdict_word(judging::Verdict verdict) {
  const bool ours = verdict == judging::Verdict::kInfrastructureFailure;
  return coloured(verdict == judging::Verdict::kGraded ? "pass" : ours ? "warn" : "fail", to_string(verdict));
}

std::string points_of(const Grade& grade) {
  const bool none = grade.report.verdict == judging::Verdict::kInfrastructureFailure;
  return (none ? "–" : judging::points_text(grade.score.earned)) + " / " + judging::points_text(grade.score.maximum);
}

}  // namespace spinlab::grading
