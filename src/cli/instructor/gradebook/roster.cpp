// `gradebook roster`: who is enrolled.
#include <iostream>
#include <vector>

#include "src/cli/instructor/gradebook/desk.h"
#include "src/core/config.h"
#include "src/grading/report/table.h"

namespace spinlab::cli {
namespace {

using grading::Adjustment;

struct RosterArguments : DeskArguments {
  std::filesystem::path roster;
  std::string who;
};

/// What the roster says that is not in force already: read again, it leaves no second trace.
std::vector<Adjustment> new_adjustments(const Desk& desk, const grading::Roster& roster,
                                        const RosterArguments& arguments) {
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

ExitCode roster(const RosterArguments& arguments) {
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

}  // namespace

void add_gradebook_roster(Command& gradebook) {
  auto a = std::make_shared<RosterArguments>();
  a->who = login_name();
  auto command =
      add_desk_command(gradebook, "roster", "Who is enrolled; from a CSV file where one is given", a, roster);
  command.option("file", a->roster,
                 "CSV with the column student, and where you have them name, email, lms_id, late_days, "
                 "submitted");
  command.flag("--json", a->json, "One JSON object a student and line");
  command.footer("Example: spinlab gradebook roster 01-regression students.csv --out grades/01-regression");
}

}  // namespace spinlab::cli
