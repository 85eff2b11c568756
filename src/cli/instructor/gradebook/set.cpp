// `gradebook set`: what people decide.
#include <vector>

#include "src/cli/instructor/gradebook/desk.h"
#include "src/core/called_as.h"

namespace spinlab::cli {
namespace {

using grading::Adjustment;

constexpr auto kUntouched = "\x01";  // an option that was not given; an empty one takes a value back

struct SetArguments : DeskArguments {
  std::string part, who, why;
  std::string points = kUntouched, maximum = kUntouched, bonus = kUntouched, free_days = kUntouched,
              submitted = kUntouched, due = kUntouched, late_deduction = kUntouched;
};

std::vector<Adjustment> asked_for(const SetArguments& arguments) {
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

ExitCode set(const SetArguments& arguments) {
  Desk desk(arguments);
  desk.require(arguments.student);
  desk.gradebook.adjust(asked_for(arguments));
  desk.write_results();
  return ExitCode::kDone;
}

}  // namespace

void add_gradebook_set(Command& gradebook) {
  auto a = std::make_shared<SetArguments>();
  a->who = login_name();
  auto command = add_desk_command(
      gradebook, "set", "Points and times that people decide; all are kept, the last counts", a, set);
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

}  // namespace spinlab::cli
