#include "src/grading/report/student_section.h"

#include <cstdio>

#include "src/core/sha256.h"
#include "src/grading/report/check_view.h"
#include "src/grading/report/escape.h"

namespace spinlab::grading {
namespace {

std::string span(const std::string& kind, const std::string& text) {
  return "<span class=\"word " + kind + "\">" + text + "</span>";
}

std::string block(const std::string& text) {
  return text.empty() ? "" : "<pre>" + xml_escaped(text) + "</pre>";
}

std::string check_row(const CheckView& view) {
  const auto hidden = view.check.hidden ? " <span class=\"tag\">hidden</span>" : "";
  const auto word = view.counts ? outcome_word(view.outcome) : span("none", "– not counted");
  const auto points = view.counts ? points_text(view.earned) + " / " + points_text(view.check.points) : "–";
  return "<tr><td class=\"name\">" + xml_escaped(view.check.title) + hidden + "<br><span class=\"soft\">" +
         xml_escaped(view.check.name) + "</span>" +
         (view.outcome == Outcome::kPassed ? "" : block(view.message)) + "</td><td>" + word +
         "</td><td class=\"right\">" + points + "</td></tr>";
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

std::string how_it_ran(const Grading& grading, const Grade& grade) {
  char seconds[96];
  std::snprintf(seconds, sizeof seconds, "compiled in %.1f s, checked in %.1f s",
                grade.report.compile_seconds, grade.report.check_seconds);
  auto text = "Seed " + std::to_string(grade.key.seed) + ", " + seconds +
              ", attempts: " + std::to_string(grade.attempts) + ", graded at " +
              xml_escaped(grade.graded_at) + ".<br>From " + xml_escaped(grade.entry) + ", SHA-256 " +
              xml_escaped(grade.key.source_sha256) +
              ".<br>Sandbox: " + xml_escaped(layers_text(grade.report.layers)) + ".";
  if (grade.key.rubric_sha256 != grading.rubric_sha256)
    text += "<br>Graded by another version of the assignment or with other checks.";
  return "<p class=\"soft\">" + text + "</p>";
}

}  // namespace

std::string outcome_class(Outcome outcome) {
  switch (outcome) {
    case Outcome::kPassed:
      return "pass";
    case Outcome::kFailed:
      return "fail";
    case Outcome::kNotRun:
      return "none";
    default:
      return "warn";
  }
}

std::string outcome_sign(Outcome outcome) {
  switch (outcome) {
    case Outcome::kPassed:
      return "✓";
    case Outcome::kFailed:
      return "✗";
    case Outcome::kNotRun:
      return "·";
    default:
      return "!";
  }
}

std::string outcome_word(Outcome outcome) {
  return span(outcome_class(outcome), outcome_sign(outcome) + " " + to_string(outcome));
}

std::string verdict_word(Verdict verdict) {
  const bool ours = verdict == Verdict::kInfrastructureFailure;
  return span(verdict == Verdict::kGraded ? "pass" : ours ? "warn" : "fail", to_string(verdict));
}

std::string student_anchor(const Grade& grade) { return "s" + sha256_hex(grade.key.student).substr(0, 16); }

std::string student_section(const Grading& grading, const Grade& grade) {
  std::string rows;
  for (const auto& view : check_views(grading, grade)) rows += check_row(view);
  const bool none = grade.report.verdict == Verdict::kInfrastructureFailure;
  const auto points =
      none ? "no result yet" : points_text(grade.score.earned) + " of " + points_text(grade.score.maximum);
  // The anchor is inside: a link to what a folded element holds unfolds it.
  return "<details><summary><strong>" + xml_escaped(grade.key.student) + "</strong> " +
         verdict_word(grade.report.verdict) + " <span class=\"soft\">" + points +
         "</span></summary><div id=\"" + student_anchor(grade) + "\">" + block(grade.report.detail) +
         "<div class=\"scroll\"><table><thead><tr><th>Check</th><th>Outcome</th>" +
         "<th class=\"right\">Points</th></tr></thead><tbody>" + rows + "</tbody></table></div>" +
         how_it_ran(grading, grade) + "</div></details>\n";
}

}  // namespace spinlab::grading
