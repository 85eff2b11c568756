// `gradebook show`: each student's points and what they are made of.
#include <iostream>
#include <vector>

#include "src/cli/instructor/gradebook/desk.h"
#include "src/core/config.h"
#include "src/core/escape.h"
#include "src/grading/report/table.h"

namespace spinlab::cli {
namespace {

using grading::Grade;
using judging::points_text;

Json as_json(const Grade& grade) {
  const auto& parts = grade.breakdown;
  Json written = Json::object();
  for (const auto& [name, points] : parts.parts) written[name] = points ? Json(*points) : Json();
  const bool none = grade.report.verdict == judging::Verdict::kInfrastructureFailure;
  return {{"student", grade.key.student},
          {"verdict", to_string(grade.report.verdict)},
          {"points", none ? Json() : Json(grade.score.earned)},
          {"max_points", grade.score.maximum},
          {"automatic", parts.automatic},
          {"written", written},
          {"bonus", parts.bonus},
          {"late", parts.late},
          {"days_late", parts.days_late},
          {"submitted_at", grade.submitted_at}};
}

std::vector<std::string> row(const Grade& grade) {
  const auto& parts = grade.breakdown;
  std::string written;
  for (const auto& [name, points] : parts.parts)
    written += (written.empty() ? "" : ", ") + name + " " + (points ? points_text(*points) : "open");
  const bool none = grade.report.verdict == judging::Verdict::kInfrastructureFailure;
  return {one_line(grade.key.student, 60),
          to_string(grade.report.verdict),
          none ? "–" : points_text(grade.score.earned) + " / " + points_text(grade.score.maximum),
          points_text(parts.automatic),
          one_line(written),
          points_text(parts.bonus),
          points_text(-parts.late),
          parts.days_late == 0 ? "" : std::to_string(parts.days_late),
          grade.submitted_at};
}

ExitCode show(const DeskArguments& arguments) {
  const Desk desk(arguments);
  desk.require(arguments.student);
  std::vector<std::vector<std::string>> rows{
      {"student", "result", "points", "checks", "written", "bonus", "late", "days late", "submitted"}};
  const auto grading = desk.grading();
  for (const auto& grade : grading.grades) {
    if (!arguments.student.empty() && grade.key.student != arguments.student) continue;
    if (arguments.json)
      std::cout << as_json(grade).dump() << '\n';
    else
      rows.push_back(row(grade));
  }
  for (const auto& note : grading.notes) std::cerr << "note: " << one_line(note, 400) << '\n';
  if (!arguments.json)
    std::cout << grading::columns(rows, {false, false, true, true, false, true, true, true, false});
  return ExitCode::kDone;
}

}  // namespace

void add_gradebook_show(Command& gradebook) {
  auto a = std::make_shared<DeskArguments>();
  auto command =
      add_desk_command(gradebook, "show", "Each student's points and what they are made of", a, show);
  command.option("student", a->student, "This one only");
  command.flag("--json", a->json, "One JSON object a student and line");
  command.footer("Example: spinlab gradebook show 01-regression --out grades/01-regression");
}

}  // namespace spinlab::cli
