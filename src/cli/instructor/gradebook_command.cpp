#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "src/cli/assignment_option.h"
#include "src/cli/command_line.h"
#include "src/core/called_as.h"
#include "src/core/config.h"
#include "src/core/escape.h"
#include "src/grading/gradebook/class_results.h"
#include "src/grading/report/results.h"
#include "src/grading/report/table.h"

namespace spinlab::cli {
namespace {

using grading::Adjustment;
using grading::Grade;
using judging::points_text;

constexpr auto kUntouched = "\x01";  // an option that was not given; an empty one takes a value back

struct Arguments {
  std::string assignment;
  std::string student;
  std::filesystem::path out;
  std::filesystem::path roster;
  bool json = false;
  std::string part, who, why;
  std::string points = kUntouched, maximum = kUntouched, bonus = kUntouched, free_days = kUntouched,
              submitted = kUntouched, due = kUntouched, late_deduction = kUntouched;
};

std::string login_name() {
  const auto* account = ::getpwuid(::getuid());
  return account == nullptr ? "" : account->pw_name;
}

/// The gradebook's state and the files made from it.
struct Desk {
  explicit Desk(const Arguments& arguments)
      : out(arguments.out),
        assignment(judging::load_assignment(arguments.assignment)),
        gradebook(grading::existing_gradebook(out, assignment)) {}

  grading::Grading grading() const { return grading::read_grading(assignment, gradebook); }

  void write_results() const {
    const auto all = grading();
    for (const auto& note : all.notes) std::cerr << "note: " << one_line(note, 400) << '\n';
    grading::write_results(all, out);
    std::cerr << "written: " << (out / "grades.csv").string() << ", results/, junit.xml and report/\n";
  }

  std::filesystem::path out;
  judging::Assignment assignment;
  grading::Gradebook gradebook;
};

void require_student(const Desk& desk, const std::string& student) {
  std::vector<std::string> known;
  for (const auto& grade : desk.grading().grades) known.push_back(grade.key.student);
  TORCH_CHECK_VALUE(student.empty() || std::find(known.begin(), known.end(), student) != known.end(),
                    "neither a submission nor the roster is of \"", one_line(student, 60), "\"",
                    did_you_mean(student, known));
}

std::vector<Adjustment> asked_for(const Arguments& arguments) {
  std::vector<Adjustment> list;
  const auto add = [&](const std::string& item, const std::string& value) {
    if (value != kUntouched)
      list.push_back({arguments.student, item, value, arguments.who, arguments.why, ""});
  };
  const bool of_class = arguments.student.empty();
  const auto& points = of_class ? arguments.maximum : arguments.points;
  TORCH_CHECK_VALUE((of_class ? arguments.points : arguments.maximum) == kUntouched,
                    of_class ? "--points are a student's; name the student, or give --max for the class"
                             : "--max is said for the class; leave the student out");
  TORCH_CHECK_VALUE(arguments.part.empty() == (points == kUntouched),
                    "--part NAME goes with --points of a student or --max for the class");
  add(grading::kPart + arguments.part, points);
  add(grading::kBonus, arguments.bonus);
  add(grading::kFreeLateDays, arguments.free_days);
  add(grading::kSubmitted, arguments.submitted);
  add(grading::kDue, arguments.due);
  add(grading::kLateDeduction, arguments.late_deduction);
  TORCH_CHECK_VALUE(!list.empty(), "nothing to set; see ", called_as(), " gradebook set --help");
  return list;
}

ExitCode set(const Arguments& arguments) {
  Desk desk(arguments);
  require_student(desk, arguments.student);
  desk.gradebook.adjust(asked_for(arguments));
  desk.write_results();
  return ExitCode::kDone;
}

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

ExitCode show(const Arguments& arguments) {
  const Desk desk(arguments);
  require_student(desk, arguments.student);
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

ExitCode history(const Arguments& arguments) {
  const Desk desk(arguments);
  require_student(desk, arguments.student);
  std::vector<std::vector<std::string>> rows{{"when", "who", "student", "item", "value", "why"}};
  for (const auto& entry : desk.gradebook.history(arguments.student)) {
    if (arguments.json) {
      std::cout << Json{{"made_at", entry.made_at}, {"who", entry.who},     {"student", entry.student},
                        {"item", entry.item},       {"value", entry.value}, {"why", entry.why}}
                       .dump(-1, ' ', false, Json::error_handler_t::replace)
                << '\n';
      continue;
    }
    rows.push_back({entry.made_at, one_line(entry.who, 40),
                    entry.student.empty() ? "(class)" : one_line(entry.student, 60), one_line(entry.item, 60),
                    entry.value.empty() ? "(taken back)" : one_line(entry.value, 60), one_line(entry.why)});
  }
  if (!arguments.json) std::cout << grading::columns(rows, {});
  return ExitCode::kDone;
}

/// What the roster says that is not in force already: read again, it leaves no second trace.
std::vector<Adjustment> new_adjustments(const Desk& desk, const grading::Roster& roster,
                                        const Arguments& arguments) {
  const grading::Adjusted before(desk.gradebook.history());
  std::vector<Adjustment> list;
  for (auto adjustment : roster.adjustments) {
    if (before.value(adjustment.student, adjustment.item) == adjustment.value) continue;
    adjustment.who = arguments.who;
    adjustment.why = "roster " + arguments.roster.filename().string();
    list.push_back(std::move(adjustment));
  }
  return list;
}

ExitCode roster(const Arguments& arguments) {
  Desk desk(arguments);
  if (!arguments.roster.empty()) {
    const auto roster = grading::read_roster(arguments.roster);
    desk.gradebook.enrol(roster.students, new_adjustments(desk, roster, arguments));
    std::cerr << roster.students.size() << " students enrolled\n";
    desk.write_results();
  }
  std::vector<std::vector<std::string>> rows{{"student", "name", "e-mail", "LMS id"}};
  for (const auto& student : desk.gradebook.roster()) {
    if (arguments.json)
      std::cout << Json{{"student", student.student},
                        {"name", student.name},
                        {"email", student.email},
                        {"lms_id", student.lms_id}}
                       .dump()
                << '\n';
    rows.push_back({student.student, student.name, student.email, student.lms_id});
  }
  if (!arguments.json && arguments.roster.empty()) std::cout << grading::columns(rows, {});
  return ExitCode::kDone;
}

using Body = ExitCode (*)(const Arguments&);

Command add(Command& gradebook, const char* name, const char* what, std::shared_ptr<Arguments> arguments,
            Body body) {
  auto command = gradebook.subcommand(name, what);
  add_assignment_option(command, arguments->assignment);
  command.option("--out", arguments->out, "The folder with the gradebook, as for grade").required();
  command.action([=] { return body(*arguments); });
  return command;
}

void add_set(Command& gradebook) {
  auto a = std::make_shared<Arguments>();
  a->who = login_name();
  auto command =
      add(gradebook, "set", "Points and times that people decide; all are kept, the last counts", a, set);
  command.option("student", a->student, "Without one it is said for the class");
  command.option("--part", a->part, "A written part, by name");
  command.option("--points", a->points, "The student's points for the part");
  command.option("--max", a->maximum, "The part's points, for the class");
  command.option("--bonus", a->bonus, "The student's points on top");
  command.option("--due", a->due, "The class's deadline with its zone: 2026-05-01T23:59+02:00");
  command.option("--free-days", a->free_days, "Days late that cost nothing, the class's or the student's");
  command.option("--late-deduction", a->late_deduction,
                 "What each further day costs: points (2.5) or a share of those earned (10%)");
  command.option("--submitted", a->submitted, "When the student handed in, where the file's time is wrong");
  command.option("--why", a->why, "The reason, kept with it").required();
  command.option("--by", a->who, "Who decides").show_default();
  command.footer(
      "An empty value takes an earlier one back.\n"
      "Example: spinlab gradebook set 01-regression --out grades/01 --part derivation --max 5 --why 'sheet "
      "1'\n"
      "         spinlab gradebook set 01-regression en --out grades/01 --part derivation --points 4 --why "
      "'sign'");
}

void add_show(Command& gradebook) {
  auto a = std::make_shared<Arguments>();
  auto command = add(gradebook, "show", "Each student's points and what they are made of", a, show);
  command.option("student", a->student, "This one only");
  command.flag("--json", a->json, "One JSON object a student and line");
  command.footer("Example: spinlab gradebook show 01-regression --out grades/01-regression");
}

void add_history(Command& gradebook) {
  auto a = std::make_shared<Arguments>();
  auto command = add(gradebook, "history", "Everything that was set: when, by whom and why", a, history);
  command.option("student", a->student, "What concerns this one");
  command.flag("--json", a->json, "One JSON object an entry and line");
  command.footer("Example: spinlab gradebook history 01-regression en --out grades/01-regression");
}

void add_roster(Command& gradebook) {
  auto a = std::make_shared<Arguments>();
  a->who = login_name();
  auto command = add(gradebook, "roster", "Who is enrolled; from a CSV file where one is given", a, roster);
  command.option("file", a->roster,
                 "CSV with the column student, and where you have them name, email, lms_id, late_days, "
                 "submitted");
  command.flag("--json", a->json, "One JSON object a student and line");
  command.footer("Example: spinlab gradebook roster 01-regression students.csv --out grades/01-regression");
}

const Registration kGradebook(
    {Room::kInstructors, "gradebook",
     "Roster, deadline, bonus and points for written parts of an assignment's gradebook"},
    [](Command& command) {
      command.footer("Example: spinlab gradebook show 01-regression --out grades/01-regression");
      add_set(command);
      add_show(command);
      add_history(command);
      add_roster(command);
    });

}  // namespace
}  // namespace spinlab::cli
